import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** One life of a pid: pids are used again, a pid with its start time is not. */
export interface ProcessLife {
  pid: number;
  startedAt: string;
}

/** Who runs under `pid` at this moment; undefined when nobody does, or only a zombie. */
export function lifeOf(pid: number): ProcessLife | undefined {
  const startedAt = process.platform === "linux" ? startInProc(pid) : startByPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Whether that very process still runs. */
export function isAlive(life: ProcessLife): boolean {
  return lifeOf(life.pid)?.startedAt === life.startedAt;
}

/** Whether `pid` is a PostgreSQL process working on `clusterDir`, whose path holds no symbolic links. */
export function isPostgresOn(pid: number, clusterDir: string): boolean {
  if (process.platform === "linux") return workingFolderOf(pid) === clusterDir && nameOf(pid) === "postgres";
  return (ps(pid, "command=") ?? "").includes(clusterDir);
}

/** Every PostgreSQL process working on `clusterDir`; only Linux can tell, elsewhere the list is empty. */
export function postgresProcessesOn(clusterDir: string): number[] {
  if (process.platform !== "linux") return [];
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => isPostgresOn(pid, clusterDir));
}

/** Sends the signal; false when there is no such process any more. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (isErrno(error, "ESRCH")) return false;
    throw error;
  }
}

/** Whether `error` is an operating system error with one of these codes. */
export function isErrno(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** Ticks since boot tell nothing across a reboot, so the boot is named beside them. */
function startInProc(pid: number): string | undefined {
  const stat = readProc(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  if (stat === undefined) return undefined;
  // The second field is the program's name and may hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return `${boot}:${fields[19]}`;
}

function startByPs(pid: number): string | undefined {
  const line = ps(pid, "stat=,lstart=");
  return line === undefined || line.startsWith("Z") ? undefined : line.replace(/^\S+\s+/, "");
}

function ps(pid: number, columns: string): string | undefined {
  try {
    return execFileSync("ps", ["-o", columns, "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
  } catch {
    // ps ends with 1 when there is no such process.
    return undefined;
  }
}

function workingFolderOf(pid: number): string | undefined {
  return readProc(() => readlinkSync(`/proc/${pid}/cwd`));
}

function nameOf(pid: number): string | undefined {
  return readProc(() => readFileSync(`/proc/${pid}/comm`, "utf8").trim());
}

/** A process may end, or belong to somebody else, while it is being read. */
function readProc(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH", "EACCES", "EPERM")) return undefined;
    throw error;
  }
}
