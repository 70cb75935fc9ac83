import { constants } from "node:fs";
import { copyFile, lstat, mkdir, open, readdir, readlink, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { isHostileName } from "./archive-names.ts";
import { Refusal } from "./failures.ts";
import type { Job, JobObserver } from "./job.ts";
import { makeOpenFolder } from "./work-folders.ts";

const filesMax = 1_000;
const depthMax = 16;
const openMode = 0o666;

/** What a file was when the job began: size, time of change and inode. */
type Marks = Map<string, string>;

/** Copies a job's files into its directory. */
export async function placeFiles(files: Job["files"], directory: string): Promise<void> {
  for (const { name, path } of files ?? []) {
    if (name.split("/").some(isHostileName))
      throw new Refusal("invalid_input", `${JSON.stringify(name)} is no harmless name of a file`);
    const target = join(directory, name);
    await makeFolders(directory, dirname(name));
    await copyFile(path, target, constants.COPYFILE_EXCL);
    await openToAll(target);
  }
}

async function makeFolders(directory: string, path: string): Promise<void> {
  const parts = path === "." ? [] : path.split("/");
  for (const [index] of parts.entries()) {
    const folder = join(directory, ...parts.slice(0, index + 1));
    const isThere = await lstat(folder).then(
      () => true,
      () => false,
    );
    if (!isThere) makeOpenFolder(folder);
  }
}

/** The folder above lets nobody in but the job's own user. */
async function openToAll(path: string): Promise<void> {
  const file = await open(path, "r");
  await file.chmod(openMode);
  await file.close();
}

/** Notes what stands in a directory, to tell later what was made or changed. */
export async function markFiles(directory: string): Promise<Marks> {
  const marks: Marks = new Map();
  for (const name of await namesIn(directory)) marks.set(name, await markOf(join(directory, name)));
  return marks;
}

/**
 * Hands out the plain files that were made or changed since they were marked, as copies out of the job's reach: while a
 * file is read, its process may still exchange it, or a folder above it, for a link to something of the runner's.
 */
export async function takeFiles(
  directory: string,
  { marks, copies, observer, leftOut }: TakeOptions,
): Promise<void> {
  if (observer.file === undefined) return;
  const names = (await namesIn(directory)).filter((name) => !leftOut.includes(name.split("/")[0]!));
  const root = await realpath(directory);
  await mkdir(copies, { recursive: true });
  for (const [index, name] of names.entries()) {
    if (marks.get(name) === (await markOf(join(directory, name)))) continue;
    const path = join(copies, String(index));
    const bytes = await copyOut(join(directory, name), path, root);
    if (bytes !== undefined) await observer.file({ name, path, bytes });
  }
}

interface TakeOptions {
  marks: Marks;
  copies: string;
  observer: JobObserver;
  /** Names at the top that are the runner's own. */
  leftOut: readonly string[];
}

/** Copies a plain file that really lies within the root, judged by what was opened and not by its name. */
async function copyOut(from: string, to: string, root: string): Promise<number | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(from, flags).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const [found, place] = await Promise.all([file.stat(), placeOf(file.fd, from)]);
    if (!found.isFile() || found.nlink !== 1 || !place.startsWith(`${root}/`)) return undefined;
    const target = await open(to, "wx", 0o600);
    await pipeline(file.createReadStream({ autoClose: false }), target.createWriteStream());
    return (await lstat(to)).size;
  } finally {
    await file.close();
  }
}

async function placeOf(fd: number, path: string): Promise<string> {
  return process.platform === "linux" ? readlink(`/proc/self/fd/${fd}`) : realpath(path);
}

async function markOf(path: string): Promise<string> {
  return lstat(path).then(
    ({ size, mtimeMs, ino }) => `${size} ${mtimeMs} ${ino}`,
    () => "",
  );
}

async function namesIn(directory: string, within = "", depth = 0): Promise<string[]> {
  const entries = await readdir(join(directory, within), { withFileTypes: true });
  const names: string[] = [];
  for (const entry of entries) {
    const name = within === "" ? entry.name : `${within}/${entry.name}`;
    if (isHostileName(entry.name)) continue;
    if (entry.isFile()) names.push(name);
    else if (entry.isDirectory() && depth < depthMax)
      names.push(...(await namesIn(directory, name, depth + 1)));
    if (names.length > filesMax)
      throw new Refusal("invalid_input", `the job's directory has more than ${filesMax} files`);
  }
  return names;
}
