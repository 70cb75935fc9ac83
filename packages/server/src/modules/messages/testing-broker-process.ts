import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
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
  const program = find("nats-server", folders());
  if (program === undefined) return undefined;
  const port = await freePort();
  const args = ["-a", "127.0.0.1", "-p", String(port), "-js", "-sd", temporaryFolder()];
  return processOf({ commands: [{ program, args }], port, url: `nats://127.0.0.1:${port}` });
}

/** A `rabbitmq-server` on a free port, with a name server of its own; undefined where there is none. */
export async function ownRabbitmq(): Promise<BrokerProcess | undefined> {
  // The one in the path of some systems becomes another user first, which keeps its data where that one says.
  const program = find("rabbitmq-server", ["/usr/lib/rabbitmq/bin", ...folders()]);
  const nameServer = find("epmd", folders());
  if (program === undefined || nameServer === undefined) return undefined;
  const [port, distributionPort, namesPort] = [await freePort(), await freePort(), await freePort()];
  const folder = temporaryFolder();
  const within = (name: string) => join(folder, name);
  writeFileSync(within("environment"), "");
  writeFileSync(within("plugins"), "[].");
  const env = {
    PATH: process.env["PATH"],
    HOME: folder,
    ERL_EPMD_PORT: String(namesPort),
    RABBITMQ_CONF_ENV_FILE: within("environment"),
    RABBITMQ_ENABLED_PLUGINS_FILE: within("plugins"),
    RABBITMQ_CONFIG_FILE: within("rabbitmq"),
    RABBITMQ_GENERATED_CONFIG_DIR: within("generated"),
    RABBITMQ_MNESIA_BASE: within("data"),
    RABBITMQ_LOG_BASE: within("log"),
    RABBITMQ_PID_FILE: within("pid"),
    RABBITMQ_NODENAME: `millrace-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1",
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distributionPort),
  };
  const names = ["-port", String(namesPort), "-address", "127.0.0.1"];
  const commands = [
    { program: nameServer, args: names },
    { program, args: [], env },
  ];
  return processOf({ commands, port, url: `amqp://guest:guest@127.0.0.1:${port}` });
}

interface Command {
  program: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
}

function processOf(parts: { commands: readonly Command[]; port: number; url: string }): BrokerProcess {
  const { commands, port, url } = parts;
  // What some leave behind when they are killed does not lie among our files.
  const cwd = temporaryFolder();
  let children: ChildProcess[] = [];
  return {
    url,
    start: async () => {
      // Each leads a group, since some programs are scripts that start others.
      children = commands.map(({ program, args, env = process.env }) =>
        spawn(program, args, { stdio: "ignore", detached: true, cwd, env }),
      );
      while (!(await isListening("127.0.0.1", port)))
        await new Promise((resolve) => setTimeout(resolve, 100));
    },
    kill: async () => {
      await Promise.all(children.map(killGroup));
      while (await isListening("127.0.0.1", port)) await new Promise((resolve) => setTimeout(resolve, 50));
    },
  };
}

async function killGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  process.kill(-child.pid, "SIGKILL");
  await exited;
}

function folders(): string[] {
  return (process.env["PATH"] ?? "").split(":");
}

function find(name: string, places: readonly string[]): string | undefined {
  return places.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
