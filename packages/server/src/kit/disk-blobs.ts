import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import {
  type StoredBlob,
  type BlobStore,
  type ByteRange,
  isSha256,
  type ListedBlob,
  Measurement,
  placeOf,
  type PutOptions,
  storeUnavailable,
} from "./blobs.ts";
import { AppError } from "./errors.ts";

const folderMode = 0o700;
const fileMode = 0o600;
const readBytes = 256 * 1024;
/** An upload writes all the time; what nobody wrote to for this long was left by a crash. */
const leftoverMs = 3_600_000;
const fullCodes = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** Blobs as files `<folder>/ab/cd/<sha256>`; uploads under way lie in `<folder>/incoming`. */
export class DiskBlobs implements BlobStore {
  readonly #folder: string;
  readonly #incoming: string;
  /** Folders whose place on the disk is safe; nothing here removes one. */
  readonly #safe = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#incoming = join(folder, "incoming");
  }

  async put(stream: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredBlob> {
    await this.#ensure(this.#incoming);
    const path = join(this.#incoming, randomUUID());
    let isMoved = false;
    try {
      const blob = await write(path, stream, options);
      await options.beforeKeep?.(blob);
      isMoved = await this.#keep(path, blob);
      return blob;
    } catch (error) {
      throw explained(error);
    } finally {
      if (!isMoved) await rm(path, { force: true });
    }
  }

  async get(sha256: string, range?: ByteRange): Promise<Readable> {
    const handle = await open(this.#pathOf(sha256), "r").catch(missingIsUndefined);
    if (handle === undefined) throw new Error(`the blob ${sha256} is missing on the disk`);
    return handle.createReadStream({ ...range, highWaterMark: readBytes });
  }

  async has(sha256: string): Promise<boolean> {
    return (await sizeOf(this.#pathOf(sha256))) !== undefined;
  }

  async delete(sha256: string): Promise<void> {
    await rm(this.#pathOf(sha256), { force: true });
  }

  async list(afterSha256: string, limit: number): Promise<ListedBlob[]> {
    const listed: ListedBlob[] = [];
    for await (const sha256 of this.#namesAfter(afterSha256)) {
      const found = await stat(this.#pathOf(sha256)).catch(missingIsUndefined);
      if (found !== undefined)
        listed.push({ sha256, size: found.size, modifiedAt: found.mtime.toISOString() });
      if (listed.length === limit) break;
    }
    return listed;
  }

  async removeLeftovers(): Promise<number> {
    let removed = 0;
    for (const name of await namesIn(this.#incoming)) {
      const path = join(this.#incoming, name);
      const found = await stat(path).catch(missingIsUndefined);
      if (found === undefined || Date.now() - found.mtimeMs < leftoverMs) continue;
      await rm(path, { force: true });
      removed += 1;
    }
    return removed;
  }

  async *#namesAfter(after: string): AsyncGenerator<string> {
    for (const first of await foldersIn(this.#folder)) {
      if (first < after.slice(0, 2)) continue;
      for (const second of await foldersIn(join(this.#folder, first))) {
        if (first + second < after.slice(0, 4)) continue;
        const names = await namesIn(join(this.#folder, first, second));
        yield* names.filter((name) => isSha256(name) && name > after);
      }
    }
  }

  /**
   * Moves the bytes to their place unless they are there; answers whether it did. The folder is flushed in any case:
   * whoever put them may not have come to it yet.
   */
  async #keep(path: string, { sha256, size }: StoredBlob): Promise<boolean> {
    const place = this.#pathOf(sha256);
    const inner = join(place, "..");
    await this.#ensure(inner);
    const isNew = (await sizeOf(place)) !== size;
    if (isNew) await rename(path, place);
    await flushFolder(inner);
    return isNew;
  }

  /** Makes a folder and those above it up to ours, and flushes what holds each; once in the life of this process. */
  async #ensure(folder: string): Promise<void> {
    if (this.#safe.has(folder)) return;
    const isOurs = folder === this.#folder;
    if (!isOurs) await this.#ensure(join(folder, ".."));
    await mkdir(folder, { recursive: isOurs, mode: folderMode }).catch(thereIsUndefined);
    await flushFolder(join(folder, ".."));
    this.#safe.add(folder);
  }

  #pathOf(sha256: string): string {
    return join(this.#folder, placeOf(sha256));
  }
}

async function write(
  path: string,
  stream: AsyncIterable<Uint8Array>,
  options: PutOptions,
): Promise<StoredBlob> {
  const measurement = new Measurement(options);
  const handle = await open(path, "wx", fileMode);
  try {
    for await (const chunk of stream) {
      measurement.add(chunk);
      await handle.writeFile(chunk);
    }
    const blob = measurement.complete();
    await handle.sync();
    return blob;
  } finally {
    await handle.close();
  }
}

async function flushFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(missingIsUndefined))?.size;
}

async function namesIn(folder: string): Promise<string[]> {
  return ((await readdir(folder).catch(missingIsUndefined)) ?? []).sort();
}

async function foldersIn(folder: string): Promise<string[]> {
  return (await namesIn(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name));
}

function thereIsUndefined(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
}

function missingIsUndefined(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}

function explained(error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (fullCodes.has(code ?? ""))
    return storeUnavailable("There is no room left for files on the server", error);
  if (code === "ENOENT" && syscall === "rename") {
    return new AppError("timed_out", "The upload was silent for too long and was removed", { cause: error });
  }
  return error;
}
