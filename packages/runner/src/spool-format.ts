import { crc32 } from "node:zlib";

/*
 * A segment is frames, one behind the other, big-endian:
 *   magic 4 · length of the rest 4 · crc 4 · [ seq 8 · kind 1 · lines 4 · length of key 1 · key · body ]
 * The CRC-32 is of the length and the rest. A reader that meets damage goes on at the next frame that is whole.
 */
const magic = Buffer.from("MRS1");
const headBytes = 12;
const metaBytes = 14;
const frameBytesMax = 64 * 1024 * 1024;

/** A `log` goes first where there is no room; nothing else is ever dropped. A `result` ends its job. */
export const recordKinds = ["kept", "log", "result"] as const;
export type RecordKind = (typeof recordKinds)[number];

/** A record as it is stored. */
export interface StoredRecord {
  seq: number;
  kind: RecordKind;
  /** How many lines of a log it holds. */
  lines: number;
  /** The job that it is of, as whoever wrote it names that; at most 255 bytes. */
  key: string;
  body: Uint8Array;
}

/** A whole record, and where it lies. */
export interface FoundRecord extends StoredRecord {
  offset: number;
  length: number;
}

/** Bytes of a segment that are no record any more, and the records that they stood between. */
export interface Damage {
  offset: number;
  bytes: number;
  afterSeq: number | undefined;
  beforeSeq: number | undefined;
}

export function frameOf({ seq, kind, lines, key, body }: StoredRecord): Buffer {
  const keyBytes = Buffer.from(key);
  const length = metaBytes + keyBytes.length + body.length;
  const frame = Buffer.alloc(headBytes + length);
  magic.copy(frame);
  frame.writeUInt32BE(length, 4);
  frame.writeBigUInt64BE(BigInt(seq), headBytes);
  frame.writeUInt8(recordKinds.indexOf(kind), headBytes + 8);
  frame.writeUInt32BE(lines, headBytes + 9);
  frame.writeUInt8(keyBytes.length, headBytes + 13);
  keyBytes.copy(frame, headBytes + metaBytes);
  frame.set(body, headBytes + metaBytes + keyBytes.length);
  frame.writeUInt32BE(crcOf(frame, 0, length), 8);
  return frame;
}

/** Reads what is whole, and says what is not. */
export function readFrames(bytes: Buffer): { records: FoundRecord[]; damages: Damage[] } {
  const records: FoundRecord[] = [];
  const damages: Damage[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const record = recordAt(bytes, offset);
    if (record !== undefined) {
      records.push(record);
      offset += record.length;
      continue;
    }
    const next = nextWhole(bytes, offset + 1);
    const end = next ?? bytes.length;
    const beforeSeq = next === undefined ? undefined : recordAt(bytes, next)?.seq;
    damages.push({ offset, bytes: end - offset, afterSeq: records.at(-1)?.seq, beforeSeq });
    offset = end;
  }
  return { records, damages };
}

function nextWhole(bytes: Buffer, from: number): number | undefined {
  for (let at = bytes.indexOf(magic, from); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    if (recordAt(bytes, at) !== undefined) return at;
  }
  return undefined;
}

function recordAt(bytes: Buffer, offset: number): FoundRecord | undefined {
  if (bytes.length - offset < headBytes + metaBytes) return undefined;
  if (bytes.compare(magic, 0, magic.length, offset, offset + magic.length) !== 0) return undefined;
  const length = bytes.readUInt32BE(offset + 4);
  const end = offset + headBytes + length;
  if (length < metaBytes || length > frameBytesMax || end > bytes.length) return undefined;
  if (bytes.readUInt32BE(offset + 8) !== crcOf(bytes, offset, length)) return undefined;
  const at = offset + headBytes;
  const keyEnd = at + metaBytes + bytes.readUInt8(at + 13);
  const kind = recordKinds[bytes.readUInt8(at + 8)];
  if (keyEnd > end || kind === undefined) return undefined;
  return {
    seq: Number(bytes.readBigUInt64BE(at)),
    kind,
    lines: bytes.readUInt32BE(at + 9),
    key: bytes.toString("utf8", at + metaBytes, keyEnd),
    body: bytes.subarray(keyEnd, end),
    offset,
    length: headBytes + length,
  };
}

function crcOf(bytes: Buffer, offset: number, length: number): number {
  const ofLength = crc32(bytes.subarray(offset + 4, offset + 8));
  return crc32(bytes.subarray(offset + headBytes, offset + headBytes + length), ofLength);
}
