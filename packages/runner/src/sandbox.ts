import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chownSync, closeSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Cgroup, type Cgroups, findCgroups } from "./cgroups.ts";
import { Refusal } from "./failures.ts";
import { jobUsers, sweepJobUsers } from "./job-users.ts";
import { defaultLimits } from "./manifest.ts";
import { bubblewrapCommand } from "./sandbox-bubblewrap.ts";
import { SandboxedProcess } from "./sandboxed-process.ts";
import { unshareCommand } from "./sandbox-unshare.ts";
import { becomeUser, processLimits, type SandboxRequest } from "./sandbox-view.ts";
import { seccompFilter } from "./seccomp.ts";

/** How jobs are kept apart, the strongest first. `user`: a user that owns nothing; `none`: not at all. */
export const isolations = ["bubblewrap", "unshare", "user", "none"] as const;

export type Isolation = (typeof isolations)[number];

/** What keeps jobs apart and within their limits on this machine, in words that an operator can act upon. */
export interface SandboxDescription {
  isolation: Isolation;
  /** Whether untrusted packages may run. */
  isolates: boolean;
  seccomp: boolean;
  limits: "cgroup v2" | "cgroup v1" | "rlimits and a watchdog";
  notes: string[];
}

export interface SandboxOptions {
  /** A folder of the runner's own. */
  folder: string;
  /** At most this many processes at once; each has a user of its own where the runner is root. */
  processesMax: number;
  /** Only these are tried. */
  isolations?: readonly Isolation[];
  /** False keeps limits without control groups. */
  cgroups?: boolean;
}

const probeMs = 10_000;

/** Starts processes that reach nothing but what was given to them. */
export class Sandbox {
  readonly isolation: Isolation;
  readonly #folder: string;
  readonly #cgroups: Cgroups | undefined;
  readonly #hasSeccomp: boolean;
  readonly #freeUids: number[];
  readonly #running = new Set<SandboxedProcess>();
  #count = 0;

  private constructor(isolation: Isolation, options: SandboxOptions, cgroups: Cgroups | undefined) {
    this.isolation = isolation;
    this.#folder = options.folder;
    this.#cgroups = cgroups;
    this.#hasSeccomp = isolation === "bubblewrap" && seccompFilter() !== undefined;
    this.#freeUids = isRoot() ? jobUsers(options.processesMax).reverse() : [];
  }

  /** Tries what this machine has, the strongest first, with a process each; takes the first that works. */
  static async detect(options: SandboxOptions): Promise<Sandbox> {
    prepareFolder(options);
    if (isRoot()) sweepJobUsers();
    const cgroups = options.cgroups === false ? undefined : findCgroups();
    for (const isolation of options.isolations ?? isolations) {
      const sandbox = new Sandbox(isolation, options, cgroups);
      if (isolation === "none" || (await sandbox.#works())) return sandbox;
    }
    throw new Refusal("isolation_missing", `none of ${options.isolations?.join(", ")} works on this machine`);
  }

  describe(): SandboxDescription {
    const { isolation } = this;
    const isolates = isolation !== "none";
    const limits =
      this.#cgroups === undefined ? "rlimits and a watchdog" : (`cgroup v${this.#cgroups.version}` as const);
    const notes = {
      bubblewrap: [],
      unshare: ["bubblewrap is not there or may not make namespaces: without it there is no seccomp filter"],
      user: [
        "jobs see the files that everybody may read, and each other's processes by name; network cannot be cut",
      ],
      none: [
        "jobs run with the runner's own rights: only packages that are trusted like the runner itself",
        "the number of their processes is bounded by control groups only",
      ],
    }[isolation];
    return { isolation, isolates, seccomp: this.#hasSeccomp, limits, notes };
  }

  /** Starts a process; it ends with the runner, and everything it started with it. */
  start(request: SandboxRequest): SandboxedProcess {
    const uid = isRoot() ? this.#takeUid() : undefined;
    const id = `${process.pid}-${(this.#count += 1)}`;
    if (uid !== undefined) for (const path of request.writable) chownSync(path, uid, uid);
    const cgroup = this.#cgroups?.create(id, request.limits);
    const filter = this.#hasSeccomp ? openSync(this.#file("seccomp"), "r") : undefined;
    try {
      const [file = "", ...args] = joining(cgroup, this.#commandFor(request, uid));
      const child = spawn(file, args, {
        cwd: this.isolation === "user" || this.isolation === "none" ? request.cwd : "/",
        env: { ...request.environment },
        stdio: ["pipe", "pipe", "pipe", ...(filter === undefined ? [] : [filter])],
        detached: true,
      });
      const process = new SandboxedProcess(child, {
        request,
        cgroup,
        killAll: killerOf(this.isolation, uid),
      });
      this.#keep(process, uid);
      return process;
    } finally {
      if (filter !== undefined) closeSync(filter);
    }
  }

  /** Kills what runs and waits until nothing of it is left. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#running, (process) => process.kill()));
  }

  #keep(process: SandboxedProcess, uid: number | undefined): void {
    this.#running.add(process);
    void process.exited.finally(() => {
      this.#running.delete(process);
      if (uid !== undefined) this.#freeUids.push(uid);
    });
  }

  #takeUid(): number {
    const uid = this.#freeUids.pop();
    if (uid === undefined)
      throw new Refusal("runner_full", "no user is free for one more process", { retry: true });
    return uid;
  }

  #commandFor(request: SandboxRequest, uid: number | undefined): string[] {
    const accounts = this.#file("passwd");
    if (this.isolation === "bubblewrap")
      return bubblewrapCommand(request, { uid, accounts, seccomp: this.#hasSeccomp });
    if (this.isolation === "unshare")
      return unshareCommand(request, { uid, accounts, root: this.#file("root") });
    const dying = ["setpriv", "--pdeathsig", "KILL", "--"];
    if (this.isolation === "user")
      return [...processLimits(request), ...becomeUser(uid!), ...request.command];
    return isLinux()
      ? [...dying, ...processLimits(request, { isUserShared: true }), ...request.command]
      : [...request.command];
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }

  async #works(): Promise<boolean> {
    if (!isLinux() || (this.isolation === "user" && !isRoot())) return false;
    const place = this.#file("probe");
    mkdirSync(place, { recursive: true, mode: 0o700 });
    try {
      const environment = { PATH: "/usr/bin:/bin" };
      const command = ["/bin/sh", "-c", "echo here > written && echo works"];
      const request = { command, environment, cwd: place, readOnly: [], writable: [place], network: false };
      const probe = this.start({ ...request, limits: { ...defaultLimits, timeoutMs: probeMs } });
      const timer = setTimeout(() => void probe.kill(), probeMs);
      let output = "";
      probe.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      const { code } = await probe.exited;
      clearTimeout(timer);
      return code === 0 && output === "works\n";
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  }
}

function prepareFolder({ folder, processesMax }: SandboxOptions): void {
  mkdirSync(join(folder, "root"), { recursive: true });
  const filter = seccompFilter();
  if (filter !== undefined) writeFileSync(join(folder, "seccomp"), filter);
  const uids = isRoot() ? jobUsers(processesMax) : [process.getuid?.() ?? 0];
  const lines = uids.map((uid) => `job${uid}:x:${uid}:${uid}:job:/:/bin/sh\n`);
  writeFileSync(join(folder, "passwd"), lines.join(""));
}

/** Joins the control groups before anything of the job runs. */
function joining(cgroup: Cgroup | undefined, command: readonly string[]): string[] {
  if (cgroup === undefined) return [...command];
  const joins = cgroup.joinFiles.map((file) => `echo $$ >'${file}'`).join(" && ");
  return ["/bin/sh", "-c", `${joins} && exec "$@"`, "sh", ...command];
}

const killing = { stdio: "ignore", env: { PATH: "/usr/bin:/bin" } } as const;

/** How to end what neither a namespace nor a control group holds together. */
function killerOf(isolation: Isolation, uid: number | undefined): (child: ChildProcess) => void {
  return (child) => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) killGroup(child.pid);
    if (isolation === "user" && uid !== undefined)
      spawnSync("setpriv", [...becomeUser(uid).slice(1), "/bin/sh", "-c", "kill -9 -1"], killing);
    if (isolation === "none" && child.pid !== undefined) killGroup(child.pid);
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function isRoot(): boolean {
  return isLinux() && process.getuid?.() === 0;
}

function isLinux(): boolean {
  return process.platform === "linux";
}
