import { readdirSync, readFileSync } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** A file in a job's folder costs more than its bytes. */
const filesMax = 50_000;
const pageBytes = 4_096;

/** Bytes of all files in a folder, as far as they stay under a limit; unreadable parts count nothing. */
export async function folderBytes(folder: string, max: number): Promise<number> {
  let [bytes, files] = [0, 0];
  const waiting = [folder];
  for (let path = waiting.pop(); path !== undefined && bytes <= max; path = waiting.pop()) {
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    files += entries.length;
    if (files > filesMax) return Infinity;
    for (const entry of entries) {
      if (entry.isDirectory()) waiting.push(join(path, entry.name));
      // What was removed between the two looks uses nothing.
      else bytes += await lstat(join(path, entry.name)).then(allocated, () => 0);
    }
  }
  return bytes;
}

function allocated({ blocks, size }: { blocks: number; size: number }): number {
  return Math.min(size, blocks * 512);
}

/** Resident bytes of processes with everything they started, by the id of each. */
export function residentBytes(pids: readonly number[]): Map<number, number> {
  const table = processTable();
  const children = new Map<number, typeof table>();
  for (const each of table) children.set(each.parent, [...(children.get(each.parent) ?? []), each]);
  const sumOf = (pid: number): number =>
    (children.get(pid) ?? []).reduce((sum, child) => sum + child.bytes + sumOf(child.pid), 0);
  const own = new Map(table.map(({ pid, bytes }) => [pid, bytes]));
  return new Map(pids.map((pid) => [pid, (own.get(pid) ?? 0) + sumOf(pid)]));
}

function processTable(): { pid: number; parent: number; bytes: number }[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const fields = statOf(name);
    if (fields === undefined) return [];
    return [{ pid: Number(name), parent: Number(fields[1]), bytes: Number(fields[21]) * pageBytes }];
  });
}

/** The fields of `/proc/<pid>/stat` behind the name, which may hold anything. */
function statOf(pid: string): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
