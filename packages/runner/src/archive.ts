import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { chmod, lstat, mkdir, open, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import type { Readable } from "node:stream";
import tar from "tar-stream";
import { type ArchiveLimits, archiveLimits } from "./archive-limits.ts";
import { ArchiveNames, isHostileName } from "./archive-names.ts";
import { Refusal, textOf } from "./failures.ts";

/** Folders that belong to a developer's machine and not to a package. */
const leftOut = new Set([".git", "node_modules", "__pycache__", ".venv", ".DS_Store", ".millrace"]);

export interface PackOptions {
  /** Files from elsewhere that are put in where the folder has none of their name, by name. */
  added?: Readonly<Record<string, string>>;
}

/**
 * Packs the files of a folder into a tar.gz and answers its SHA-256 in hex. The same files make the same bytes: sorted,
 * without times and owners. Links and other things that are no file are refused by name.
 */
export async function pack(
  folder: string,
  target: string,
  { added = {} }: PackOptions = {},
): Promise<{ digest: string; files: string[] }> {
  const own = (await listFiles(folder)).map((name) => [name, join(folder, name)] as const);
  const paths = new Map([...Object.entries(added), ...own]);
  const files = [...paths.keys()].sort();
  if (files.length > archiveLimits.entries)
    throw new Refusal("archive_invalid", `${files.length} files, at most ${archiveLimits.entries}`);
  const packing = tar.pack();
  const writing = pipeline(packing, createGzip({ level: 9 }), createWriteStream(target));
  const adding = addAll(packing, files, paths);
  adding.catch((error: unknown) => packing.destroy(error as Error));
  await Promise.all([adding, writing]);
  return { digest: await digestOf(target), files };
}

async function addAll(
  packing: tar.Pack,
  files: readonly string[],
  paths: ReadonlyMap<string, string>,
): Promise<void> {
  for (const name of files) {
    const path = paths.get(name)!;
    const { size, mode } = await lstat(path);
    const header = { name, size, mode: (mode & 0o111) === 0 ? 0o644 : 0o755, mtime: new Date(0) };
    await pipeline(createReadStream(path), packing.entry(header));
  }
  packing.finalize();
}

async function listFiles(folder: string, within = ""): Promise<string[]> {
  const entries = await readdir(join(folder, within), { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (leftOut.has(entry.name)) continue;
    const name = within === "" ? entry.name : `${within}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await listFiles(folder, name)));
    else if (entry.isFile()) found.push(name);
    else throw new Refusal("archive_invalid", `${name} is no plain file; links are not packed`);
    if (isHostileName(entry.name))
      throw new Refusal("archive_invalid", `${name} is no name for every machine`);
  }
  return found;
}

/** The SHA-256 of a file, in hex. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/**
 * Unpacks a tar.gz whose SHA-256 is `digest` into a folder that must be empty. Nothing is written before the digest was
 * verified, and nothing ever outside the folder: every entry must be a plain file or folder with a harmless relative
 * name that no other entry has, in whatever case or Unicode form, within the limits.
 */
export async function unpack(
  archive: string,
  target: string,
  { digest, limits = archiveLimits }: { digest: string; limits?: ArchiveLimits },
): Promise<void> {
  const { size } = await lstat(archive);
  if (size > limits.packedBytes)
    throw new Refusal("archive_invalid", `the archive has ${size} bytes, at most ${limits.packedBytes}`);
  const actual = await digestOf(archive);
  if (actual !== digest)
    throw new Refusal("digest_mismatch", `the archive's SHA-256 is ${actual}, ${digest} was announced`);
  const extract = tar.extract();
  const reading = pipeline(createReadStream(archive), createGunzip(), extract);
  // Its error reaches the loop below as well, which is the one that tells of it.
  reading.catch(() => undefined);
  try {
    await writeEntries(extract, target, limits);
    await reading;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("archive_invalid", `the archive cannot be read: ${textOf(error)}`, { cause: error });
  }
}

async function writeEntries(extract: tar.Extract, target: string, limits: ArchiveLimits): Promise<void> {
  const names = new ArchiveNames(limits);
  let left = limits.unpackedBytes;
  for await (const entry of extract) {
    const { name, type, size, mode } = entry.header;
    const path = names.admit(name, type ?? "file");
    left -= size;
    if (left < 0)
      throw new Refusal("archive_invalid", `more than ${limits.unpackedBytes} bytes when it is unpacked`);
    if (type === "directory") {
      entry.resume();
      await mkdir(join(target, path), { recursive: true });
    } else
      await writeFile(entry as unknown as Readable, join(target, path), (mode & 0o111) === 0 ? 0o644 : 0o755);
  }
}

/** Every file is made new: what stands there already, a link above all, is never followed or overwritten. */
async function writeFile(entry: Readable, path: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "wx", mode);
  await pipeline(entry, file.createWriteStream());
  await chmod(path, mode);
}
