import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultLimits, type Limits } from "./manifest.ts";
import { type Isolation, Sandbox } from "./sandbox.ts";
import type { Exit } from "./sandboxed-process.ts";

const folder = mkdtempSync(join(tmpdir(), "millrace-sandbox-"));
const secretFile = join(folder, "private", "secret.txt");
let server: Server;

beforeAll(() => {
  mkdirSync(join(folder, "private"), { mode: 0o700 });
  writeFileSync(secretFile, "the host's own secret", { mode: 0o600 });
  server = createServer((_request, response) => response.end("reached")).listen(0, "127.0.0.1");
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const node = process.execPath;
const environment = { PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8" };

interface Ran extends Exit {
  output: string;
  work: string;
}

let count = 0;

/** Runs a shell script in the sandbox, in a folder of its own. */
async function run(sandbox: Sandbox, script: string, options: Partial<RunOptions> = {}): Promise<Ran> {
  const work = join(folder, `work-${(count += 1)}`);
  mkdirSync(work, { mode: 0o700 });
  const process = sandbox.start({
    command: ["/bin/sh", "-c", script],
    environment: { ...environment, ...options.environment },
    cwd: work,
    readOnly: [],
    writable: [work],
    network: options.network ?? false,
    limits: { ...defaultLimits, ...options.limits },
  });
  let output = "";
  for (const stream of [process.stdout, process.stderr])
    stream.on("data", (chunk: Buffer) => (output = (output + chunk.toString()).slice(0, 100_000)));
  process.stdin.end();
  options.onStart?.(process);
  return { ...(await process.exited), output, work };
}

interface RunOptions {
  environment: Record<string, string>;
  network: boolean;
  limits: Partial<Limits>;
  onStart: (process: ReturnType<Sandbox["start"]>) => void;
}

/** Processes of this machine whose command line holds a text. */
function processesWith(mark: string): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && commandLineOf(name).includes(mark));
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return "";
    throw error;
  }
}

async function detect(isolation: Isolation, cgroups: boolean): Promise<Sandbox | undefined> {
  const home = join(folder, `${isolation}-${cgroups}`);
  return Sandbox.detect({ folder: home, processesMax: 8, isolations: [isolation], cgroups }).catch(
    () => undefined,
  );
}

const ways: { isolation: Isolation; cgroups: boolean }[] = [
  { isolation: "bubblewrap", cgroups: true },
  { isolation: "bubblewrap", cgroups: false },
  { isolation: "unshare", cgroups: true },
  { isolation: "unshare", cgroups: false },
  { isolation: "user", cgroups: true },
  { isolation: "user", cgroups: false },
];

for (const { isolation, cgroups } of ways)
  describe(`with ${isolation}, control groups: ${cgroups}`, () => {
    let sandbox: Sandbox | undefined;
    beforeAll(async () => {
      sandbox = await detect(isolation, cgroups);
    });
    afterAll(() => sandbox?.close());
    const hasNamespaces = isolation !== "user";

    /** Skips with a reason where this machine has no such thing. */
    const ready = (skip: (reason: string) => void): Sandbox => {
      if (sandbox === undefined) skip(`${isolation} does not work on this machine`);
      const { limits } = sandbox!.describe();
      if (cgroups && !limits.startsWith("cgroup")) skip("this machine lets us make no control groups");
      return sandbox!;
    };

    test("a process writes to its own folder and nowhere else", async ({ skip }) => {
      const script =
        "echo mine > mine; for d in / /usr /etc /tmp /var/tmp /dev/shm; do echo x > $d/planted-by-job; done";
      const { work } = await run(ready(skip), `${script} 2>/dev/null; true`);
      expect(readFileSync(join(work, "mine"), "utf8")).toBe("mine\n");
      const planted = ["/", "/usr", "/etc"].filter((place) => existsSync(join(place, "planted-by-job")));
      expect(planted).toEqual([]);
      if (hasNamespaces) expect(existsSync("/tmp/planted-by-job")).toBe(false);
      else rmSync("/tmp/planted-by-job", { force: true });
    });

    test("files of the host and of other jobs cannot be read", async ({ skip }) => {
      const sandbox = ready(skip);
      const other = await run(sandbox, "echo theirs > theirs");
      const paths = ["/etc/shadow", secretFile, join(other.work, "theirs"), "/proc/1/environ"];
      const { output } = await run(
        sandbox,
        `for f in ${paths.join(" ")}; do cat $f 2>/dev/null && echo READ $f; done; true`,
      );
      // In a namespace the first process is the job's own.
      expect(output.replace(/.*READ \/proc\/1\/environ\n/s, "")).toBe("");
      expect(output).not.toContain("secret");
      expect(output).not.toContain("theirs");
    });

    test("nothing of the runner's environment is seen", async ({ skip }) => {
      process.env["MILLRACE_TEST_CANARY"] = "canary";
      const { output } = await run(ready(skip), "env; tr '\\0' '\\n' < /proc/self/environ");
      delete process.env["MILLRACE_TEST_CANARY"];
      expect(output).not.toContain("canary");
      const names = new Set(
        output
          .split("\n")
          .filter(Boolean)
          .map((line) => line.split("=")[0]),
      );
      expect([...names].sort()).toEqual(["LANG", "PATH", "PWD"]);
    });

    test("it has no rights over the system, and cannot get any", async ({ skip }) => {
      const { output } = await run(
        ready(skip),
        "grep -E '^(CapEff|CapPrm|NoNewPrivs)' /proc/self/status; id -u",
      );
      expect(output).toMatch(/CapPrm:\s+0{16}\nCapEff:\s+0{16}\nNoNewPrivs:\s+1\n/);
      if (process.getuid?.() === 0) expect(Number(output.trim().split("\n").at(-1))).toBeGreaterThan(60_000);
    });

    test("other processes can be neither seen nor ended", async ({ skip }) => {
      const sleeper = spawn("sleep", ["1000"], { stdio: "ignore" });
      const { output } = await run(
        ready(skip),
        `kill -9 ${sleeper.pid} 2>/dev/null; kill -9 1 ; ls /proc | grep -c '^[0-9]'`,
      );
      expect(sleeper.exitCode ?? sleeper.signalCode).toBeNull();
      sleeper.kill("SIGKILL");
      if (hasNamespaces) expect(Number(output.trim().split("\n").at(-1))).toBeLessThan(10);
    });

    test("there is no network unless it is granted", async ({ skip }) => {
      const sandbox = ready(skip);
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const program = `fetch("${url}").then((r) => r.text()).then(console.log, () => console.log("refused"))`;
      const script = `${node} -e '${program}'`;
      expect((await run(sandbox, script, { network: true })).output).toBe("reached\n");
      if (!hasNamespaces)
        return skip("another user alone cannot cut the network, and the description says so");
      expect((await run(sandbox, script)).output).toBe("refused\n");
    });

    test("a bomb of processes stays within its limit and leaves none behind", async ({ skip }) => {
      const sandbox = ready(skip);
      const script = "bomb() { bomb | bomb & }; bomb; sleep 0.5; echo over";
      const options = {
        limits: { processesMax: 20 },
        onStart: (process: { kill: () => Promise<Exit> }) => {
          setTimeout(() => void process.kill(), 1_000);
        },
      };
      const { output } = await run(sandbox, script, options);
      expect(output).toMatch(/fork|resource|over/i);
      expect(processesWith("bomb() { bomb")).toEqual([]);
    });

    test("a process that takes too much memory is ended, and it is said why", async ({ skip }) => {
      const script = `exec ${node} -e 'const held = []; for (;;) held.push(Buffer.alloc(8e6, 1))'`;
      const { reason } = await run(ready(skip), script, { limits: { memoryBytes: 150e6 } });
      expect(reason).toBe("out_of_memory");
    });

    test("a process that fills the disk is ended, with many files as with one", async ({ skip }) => {
      const sandbox = ready(skip);
      const limits = { diskBytes: 2_000_000 };
      const many = "i=0; while :; do i=$((i+1)); head -c 100000 /dev/zero > f$i || exit; done";
      const { reason, work } = await run(sandbox, many, { limits });
      expect(reason).toBe("disk_full");
      rmSync(work, { recursive: true });
      const one = await run(sandbox, "exec head -c 10000000000 /dev/zero > big", { limits });
      expect(one.code === 0).toBe(false);
    });

    test("what it started ends with it, also in a session of its own", async ({ skip }) => {
      const mark = `leftover-${isolation}-${cgroups}`;
      const apart = `setsid sh -c 'sleep 1000; : ${mark}' >/dev/null 2>&1 &`;
      const script = `${apart} sh -c 'trap "" TERM HUP; sleep 1000; : ${mark}' &`;
      await run(ready(skip), `${script} sleep 0.2; exit 0`);
      expect(processesWith(mark)).toEqual([]);
    });

    test("a process that ignores being asked is killed with everything it started", async ({ skip }) => {
      const mark = `stubborn-${isolation}-${cgroups}`;
      const script = `trap '' TERM INT; (trap '' TERM; setsid sleep 1000) & : ${mark}; while :; do sleep 1; done`;
      const { code, reason } = await run(ready(skip), script, {
        onStart: (process) => {
          setTimeout(() => {
            process.terminate();
            setTimeout(() => void process.kill(), 200);
          }, 300);
        },
      });
      expect([code, reason]).toEqual([null, "killed"]);
      expect(processesWith(mark)).toEqual([]);
    });

    test("namespaces, mounts and tracing are refused", async ({ skip }) => {
      const sandbox = ready(skip);
      if (!sandbox.describe().seccomp) return skip("there is a filter of system calls with bubblewrap only");
      const { output } = await run(
        sandbox,
        "unshare -U true; unshare -n true; mount -t tmpfs x /usr; echo $?",
      );
      expect(output).toMatch(/Operation not permitted[\s\S]*Operation not permitted[\s\S]*[1-9]\d*\n$/);
    });

    test("a killed runner takes its jobs along, or the next one ends them", async ({ skip }) => {
      ready(skip);
      const mark = `orphan-${isolation}-${cgroups}-${Date.now()}`;
      const script = fileURLToPath(new URL("testing-killed-runner.ts", import.meta.url));
      const args = ["--conditions=source", "--import", "tsx", script, join(folder, mark), isolation, mark];
      const runner = spawn(node, args, { stdio: ["ignore", "pipe", "inherit"] });
      await once(runner.stdout, "data");
      expect(processesWith(`${mark}-job`).length).toBeGreaterThan(0);
      runner.kill("SIGKILL");
      await once(runner, "close");
      // Without namespaces it is the next runner that ends what is left.
      if (!hasNamespaces) await detect(isolation, cgroups);
      await expect.poll(() => processesWith(`${mark}-job`), { timeout: 10_000 }).toEqual([]);
    });
  });

test("a plain user gets a sandbox as well", async ({ skip }) => {
  if (process.getuid?.() !== 0) return skip("this run is by a plain user already");
  const script = fileURLToPath(new URL("testing-plain-user.ts", import.meta.url));
  const home = join(folder, "plain");
  mkdirSync(home);
  spawnSync("chown", ["65534:65534", home]);
  spawnSync("chmod", ["711", folder]);
  const become = ["--reuid=65534", "--regid=65534", "--clear-groups", node];
  const args = [...become, "--conditions=source", "--import", "tsx", script, home];
  const ran = spawnSync("setpriv", args, {
    encoding: "utf8",
    env: { ...environment, HOME: home },
    timeout: 60_000,
  });
  if (/EACCES|Cannot find|permission denied/i.test(ran.stderr) && ran.stdout === "")
    return skip("nobody cannot read these sources");
  expect(ran.stderr).toBe("");
  const seen = JSON.parse(ran.stdout) as Record<string, string>;
  if (seen["isolation"] === "none") return skip("this machine lets plain users make no namespaces");
  expect(seen).toMatchObject({ wrote: "mine\n", secret: "", network: "refused\n", memory: "out_of_memory" });
});
