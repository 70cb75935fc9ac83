import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "../../kit/testing.ts";
import { isListening } from "./testing-engines.ts";

/** A broker of the test's own, to be killed and started again on the same data. */
export interface BrokerProcess {
  url: string;
  start(): Promise<void>;
  /** As a crash does it. */
  kill(): Promise<void>;
}

/** A `nats-server` on a free port; undefined where there is no such program. */
export async function ownNats(): Promise<BrokerProcess | undefined> {
  const program = find("nats-server", (process.env["PATH"] ?? "").split(":"));
  if (program === undefined) return undefined;
  const port = await freePort();
  const args = ["-a", "127.0.0.1", "-p", String(port), "-js", "-sd", temporaryFolder()];
  return processOf({ program, args, port, url: `nats://127.0.0.1:${port}` });
}

function processOf(parts: { program: string; args: string[]; port: number; url: string }): BrokerProcess {
  const { program, args, port, url } = parts;
  let child: ChildProcess | undefined;
  return {
    url,
    start: async () => {
      child = spawn(program, args, { stdio: "ignore" });
      while (!(await isListening("127.0.0.1", port)))
        await new Promise((resolve) => setTimeout(resolve, 100));
    },
    kill: async () => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
      while (await isListening("127.0.0.1", port)) await new Promise((resolve) => setTimeout(resolve, 50));
    },
  };
}

function find(name: string, folders: readonly string[]): string | undefined {
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
