import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { textOf } from "./failures.ts";
import type { Limits } from "./manifest.ts";

/** bubblewrap, its helper inside and what sets the limits are in the group as well. */
const ownProcesses = 8;
const periodUs = 100_000;
const removalsMax = 50;
const removalPauseMs = 20;
const prefix = "millrace-";

/** A control group for one process and everything it starts. */
export interface Cgroup {
  /** A process that writes its id into each of these is in it. */
  readonly joinFiles: readonly string[];
  memoryPeakBytes(): number | undefined;
  cpuMs(): number | undefined;
  /** Whether the kernel ended a process in it for want of memory. */
  ranOutOfMemory(): boolean;
  killAll(): void;
  /** Resolves when it is gone, which needs its processes to have ended. */
  remove(): Promise<void>;
}

/** Where this runner may make control groups. */
export interface Cgroups {
  readonly version: 1 | 2;
  create(name: string, limits: Limits): Cgroup;
}

/** The control groups of this machine, version 2 before 1, or undefined where this process may make none. */
export function findCgroups(): Cgroups | undefined {
  for (const find of [findVersion2, findVersion1]) {
    try {
      const found = find();
      if (found !== undefined) return found;
    } catch (error) {
      // Without the right to make groups, limits are kept by other means; which, `describe` says.
      if (!/E(ACCES|PERM|ROFS|NOENT|BUSY|INVAL|OPNOTSUPP|NODEV)/.test(textOf(error))) throw error;
    }
  }
  return undefined;
}

function findVersion1(): Cgroups | undefined {
  const own = ownGroups();
  const found = (["memory", "pids", "cpu"] as const).map((controller) => {
    const mount = mountsOf("cgroup").find(({ options }) => options.includes(controller))?.path;
    const path = own.find(({ controllers }) => controllers.includes(controller))?.path;
    return mount === undefined || path === undefined ? undefined : makeHome(join(mount, path));
  });
  const [memory, pids, cpu] = found;
  if (memory === undefined || pids === undefined || cpu === undefined) return undefined;
  return {
    version: 1,
    create: (name, limits) => {
      const group = new Group([memory, pids, cpu].map((home) => join(home, name)));
      group.set("memory.limit_in_bytes", limits.memoryBytes);
      group.set("memory.memsw.limit_in_bytes", limits.memoryBytes);
      group.set("pids.max", limits.processesMax + ownProcesses);
      group.set("cpu.cfs_period_us", periodUs);
      group.set("cpu.cfs_quota_us", Math.ceil(limits.cpus * periodUs));
      return group;
    },
  };
}

function findVersion2(): Cgroups | undefined {
  const mount = mountsOf("cgroup2")[0]?.path;
  const path = ownGroups().find(({ controllers }) => controllers === "")?.path;
  if (mount === undefined || path === undefined) return undefined;
  const own = join(mount, path);
  const offered = readFileSync(join(own, "cgroup.controllers"), "utf8").split(/\s+/);
  const wanted = ["memory", "pids", "cpu"];
  if (!wanted.every((controller) => offered.includes(controller))) return undefined;
  // A group with processes in it cannot hand controllers on, so the runner moves into one beside those of its jobs.
  if (path !== "/") moveInto(join(own, `${prefix}runner`), own);
  writeFileSync(join(own, "cgroup.subtree_control"), wanted.map((name) => `+${name}`).join(" "));
  const home = makeHome(own);
  writeFileSync(join(home, "cgroup.subtree_control"), wanted.map((name) => `+${name}`).join(" "));
  return {
    version: 2,
    create: (name, limits) => {
      const group = new Group([join(home, name)]);
      group.set("memory.max", limits.memoryBytes);
      group.set("memory.swap.max", 0);
      group.set("pids.max", limits.processesMax + ownProcesses);
      group.set("cpu.max", `${Math.ceil(limits.cpus * periodUs)} ${periodUs}`);
      return group;
    },
  };
}

function moveInto(target: string, from: string): void {
  mkdirSync(target, { recursive: true });
  const pids = readFileSync(join(from, "cgroup.procs"), "utf8").split("\n").filter(Boolean);
  for (const pid of pids) writeFileSync(join(target, "cgroup.procs"), pid);
}

/** The groups of this process, which it takes along. */
const homes = new Set<string>();

/** A group of this process for its jobs; those of runners that are no more are removed. */
function makeHome(own: string): string {
  const leftOver = readdirSync(own).filter((name) => name.startsWith(`${prefix}of-`));
  for (const name of leftOver.filter((name) => !isAlive(Number(name.split("-").at(-1)))))
    sweep(join(own, name));
  const home = join(own, `${prefix}of-${process.pid}`);
  mkdirSync(home, { recursive: true });
  if (homes.size === 0) process.once("exit", () => homes.forEach(sweep));
  homes.add(home);
  return home;
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

/** Ends what is in a group and in those below, and removes them as far as that is done at once. */
function sweep(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) sweep(join(folder, entry.name));
  }
  for (const pid of pidsIn(folder)) signal(pid);
  tryRemove(folder);
}

class Group implements Cgroup {
  readonly joinFiles: readonly string[];
  readonly #folders: readonly string[];

  constructor(folders: readonly string[]) {
    for (const folder of folders) mkdirSync(folder);
    this.#folders = folders;
    this.joinFiles = folders.map((folder) => join(folder, "cgroup.procs"));
  }

  /** Writes a limit; a kernel without it (swap, mostly) keeps none. */
  set(file: string, value: number | string): void {
    const path = this.#find(file);
    if (path !== undefined) writeFileSync(path, String(value));
  }

  memoryPeakBytes(): number | undefined {
    return this.#number("memory.max_usage_in_bytes") ?? this.#number("memory.peak");
  }

  cpuMs(): number | undefined {
    const nanoseconds = this.#number("cpuacct.usage");
    if (nanoseconds !== undefined) return nanoseconds / 1e6;
    const microseconds = /usage_usec (\d+)/.exec(this.#read("cpu.stat") ?? "")?.[1];
    return microseconds === undefined ? undefined : Number(microseconds) / 1e3;
  }

  ranOutOfMemory(): boolean {
    const text = this.#read("memory.oom_control") ?? this.#read("memory.events") ?? "";
    return /^oom_kill [1-9]/m.test(text);
  }

  killAll(): void {
    for (const folder of this.#folders) for (const pid of pidsIn(folder)) signal(pid);
  }

  async remove(): Promise<void> {
    for (let count = 0; count < removalsMax; count += 1) {
      this.killAll();
      if (this.#folders.map(tryRemove).every(Boolean)) return;
      await pause(removalPauseMs);
    }
  }

  #find(file: string): string | undefined {
    return this.#folders.map((folder) => join(folder, file)).find((path) => existsSync(path));
  }

  #read(file: string): string | undefined {
    const path = this.#find(file);
    return path === undefined ? undefined : readFileSync(path, "utf8");
  }

  #number(file: string): number | undefined {
    const text = this.#read(file);
    return text === undefined ? undefined : Number(text);
  }
}

function tryRemove(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

function pidsIn(folder: string): number[] {
  const file = join(folder, "cgroup.procs");
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8").split("\n").filter(Boolean).map(Number);
}

function signal(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function ownGroups(): { controllers: string; path: string }[] {
  const lines = readFileSync("/proc/self/cgroup", "utf8").split("\n").filter(Boolean);
  return lines.map((line) => {
    const [, controllers = "", path = "/"] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    return { controllers, path };
  });
}

function mountsOf(kind: string): { path: string; options: string[] }[] {
  const lines = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" "));
  return lines
    .filter((fields) => fields[2] === kind)
    .map(([, path = "", , options = ""]) => ({ path, options: options.split(",") }));
}
