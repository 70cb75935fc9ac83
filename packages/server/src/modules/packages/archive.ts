import { archiveLimits } from "@millrace/runner/archive-limits.ts";
import { ArchiveNames } from "@millrace/runner/archive-names.ts";
import { Refusal } from "@millrace/runner/failures.ts";
import {
  foreignFile,
  type Manifest,
  manifestBytesMax,
  manifestFile,
  manifestOf,
} from "@millrace/runner/manifest.ts";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import * as tar from "tar-stream";
import { AppError, invalid } from "../../kit/errors.ts";

type Entry = tar.Extract extends AsyncIterable<infer Each> ? Each : never;

/**
 * The manifest in a package's tar.gz. All of the archive is walked through and nothing of it is written: what a runner
 * would refuse to unpack is refused here, by the same rules.
 */
export async function readArchive(source: AsyncIterable<Uint8Array>): Promise<Manifest> {
  const entries = tar.extract();
  const unpacking = pipeline(Readable.from(source), createGunzip(), bounded, entries);
  const [read, unpacked] = await Promise.allSettled([readEntries(entries), unpacking]);
  if (read.status === "rejected") throw refusalOf(read.reason);
  if (unpacked.status === "rejected") throw refusalOf(unpacked.reason);
  const { texts, names } = read.value;
  try {
    const has = (name: string) => names.has(name);
    return manifestOf({ own: texts.get(manifestFile), foreign: texts.get(foreignFile), has });
  } catch (error) {
    throw refusalOf(error);
  }
}

async function* bounded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { unpackedBytes } = archiveLimits;
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > unpackedBytes) throw invalid("archive", `unpacks to more than ${unpackedBytes} bytes`);
    yield chunk;
  }
}

async function readEntries(
  entries: tar.Extract,
): Promise<{ texts: Map<string, string>; names: Set<string> }> {
  const admitted = new ArchiveNames(archiveLimits);
  const names = new Set<string>();
  const texts = new Map<string, string>();
  for await (const entry of entries) {
    const type = entry.header.type ?? "file";
    const name = admitted.admit(entry.header.name, type);
    names.add(name);
    const isManifest = type === "file" && (name === manifestFile || name === foreignFile);
    if (isManifest) texts.set(name, await textOf(entry, name));
    else entry.resume();
  }
  return { texts, names };
}

async function textOf(entry: Entry, name: string): Promise<string> {
  if ((entry.header.size ?? 0) > manifestBytesMax)
    throw invalid("archive", `${name} has more than ${manifestBytesMax} bytes`);
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** What the reading complains of is the uploader's matter: a file that is no archive, a manifest with mistakes. */
function refusalOf(reason: unknown): unknown {
  if (reason instanceof AppError) return reason;
  if (reason instanceof Refusal) return refusalOfFields(reason);
  const code = (reason as NodeJS.ErrnoException | undefined)?.code ?? "";
  const isOurs = !(reason instanceof Error) || (code.startsWith("E") && !code.startsWith("ERR_"));
  if (isOurs) return reason;
  return new AppError("invalid_input", `archive: is no tar.gz that can be read: ${reason.message}`, {
    field: "archive",
    cause: reason,
  });
}

function refusalOfFields({ code, message, fields }: Refusal): AppError {
  const place = code === "archive_invalid" ? "archive" : "manifest";
  const named = fields.map(({ field, message: why }) => ({ field: `manifest.${field}`, message: why }));
  return new AppError("invalid_input", `${place}: ${message}`, {
    field: named[0]?.field ?? place,
    ...(named.length === 0 ? {} : { fields: named }),
  });
}
