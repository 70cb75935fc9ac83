import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { deflate, inflate } from "node:zlib";
import type { Call } from "../../kit/call.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import type { AclEntry } from "../../modules/access/model.ts";
import type { FileView, Owner } from "../../modules/files/model.ts";
import type { Files } from "../../modules/files/service.ts";
import type { Queue } from "../../modules/queues/model.ts";
import { writtenFile } from "./item-shapes.ts";
import type { WorkitemFile } from "./messages.ts";

const pack = promisify(deflate);
const unpack = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflate);
/** Bytes of one request's files when unpacked, and of one answer's. */
const inlineBytesMax = 64 * 1024 * 1024;
const filesPerRequestMax = 100;

/** Files that travel inside a request: `kept` are in the house already, `fresh` were just stored, both by name. */
export interface SentFiles {
  fresh: FileView[];
  kept: { id: string; name: string }[];
  /** Names of files that the item is to lose. */
  dropped: string[];
}

/**
 * Stores the bytes that came. Whoever may use the queue may read them; until they are attached they are temporary, so
 * that a request that fails leaves nothing.
 */
export async function storeFiles(
  files: Files,
  call: Call,
  queue: Pick<Queue, "acl">,
  sent: readonly WorkitemFile[],
  attached: readonly FileView[] = [],
): Promise<SentFiles> {
  if (sent.length > filesPerRequestMax)
    throw invalid("files", `at most ${filesPerRequestMax} in one request`);
  const stored: SentFiles = { fresh: [], kept: [], dropped: [] };
  let left = inlineBytesMax;
  for (const [index, file] of sent.entries()) {
    const name = baseName(file.filename);
    if (file.file.length === 0) {
      if (file._id === "") stored.dropped.push(name);
      else stored.kept.push({ id: file._id, name });
      continue;
    }
    const bytes = await bytesOf(file, left, `files[${index}].file`);
    left -= bytes.length;
    // Clients send back what they were given.
    if (attached.some((known) => known.name === name && known.sha256 === hashOf(bytes))) continue;
    stored.fresh.push(
      await files.upload(call, chunk(bytes), { name, temporary: true, acl: readersOf(call, queue.acl) }),
    );
  }
  return stored;
}

/** An item's files as clients read them; `withBytes`: with what is in them. */
export async function readFiles(
  files: Files,
  call: Call,
  owner: Owner,
  { withBytes, compressed }: { withBytes: boolean; compressed: boolean },
): Promise<WorkitemFile[]> {
  const attached = await files.listAttached(call, owner);
  if (!withBytes) return attached.map(writtenFile);
  const size = attached.reduce((sum, file) => sum + file.size, 0);
  if (size > inlineBytesMax) {
    const message = `includefiles: the files have more than ${inlineBytesMax} bytes: download them by their ids`;
    throw new AppError("too_large", message, { field: "includefiles" });
  }
  const written: WorkitemFile[] = [];
  for (const file of attached) {
    const { open } = await files.downloadAttached(call, file.id, owner);
    const bytes = await buffer(await open());
    written.push({ ...writtenFile(file), compressed, file: compressed ? await pack(bytes) : bytes });
  }
  return written;
}

async function bytesOf(
  { file, compressed }: WorkitemFile,
  bytesMax: number,
  field: string,
): Promise<Uint8Array> {
  if (!compressed) {
    if (file.length > bytesMax) throw tooLarge(field);
    return file;
  }
  try {
    return await unpack(file, { maxOutputLength: bytesMax });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(field);
    throw new AppError("invalid_input", `${field}: says compressed and is no zlib stream`, { field, cause });
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function tooLarge(field: string): AppError {
  const message = `${field}: the files of one request may have ${inlineBytesMax} bytes; upload larger ones`;
  return new AppError("too_large", message, { field });
}

/** Who may use the queue may read what came with its items. */
function readersOf(call: Call, acl: readonly AclEntry[]): AclEntry[] {
  const own = {
    principalId: call.userId,
    name: call.userName,
    rights: ["read", "update", "delete"],
  } as const;
  const users = acl.filter(({ rights, principalId }) => {
    return principalId !== call.userId && (rights.includes("read") || rights.includes("invoke"));
  });
  return [
    { ...own, rights: [...own.rights] },
    ...users.map((entry) => ({ ...entry, rights: ["read" as const] })),
  ];
}

async function* chunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Clients may send the path where the file lay. */
function baseName(filename: string): string {
  return filename.split(/[/\\]/).at(-1) ?? "";
}
