import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, connect as connectTo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { pino } from "pino";
import { type Executor, Runner } from "../packages/runner/src/runner.ts";
import { RunnerFolder } from "../packages/runner/src/enrol.ts";
import { filePartsOf } from "../packages/server/src/doors/runner/file-parts.ts";
import { RunnerDoor } from "../packages/server/src/doors/runner/runner.ts";
import { approachOf } from "../packages/server/src/doors/runner/websocket.ts";
import { clientOf, trustIn } from "../packages/server/src/doors/rest/client-address.ts";
import { openTestDoor, type TestDoor } from "../packages/server/src/doors/rest/testing.ts";
import { systemCall } from "../packages/server/src/kit/call.ts";
import { Metrics } from "../packages/server/src/kit/metrics.ts";
import { temporaryFolder } from "../packages/server/src/kit/testing.ts";
import { Wakes } from "../packages/server/src/kit/wakes.ts";
import { TestLink } from "./testing-runner-link.ts";

const silent = pino({ level: "silent" });

/** A server whose door of runners can be killed and opened again, with jobs that outlive it. */
export class RunnerHouse {
  readonly link = new TestLink();
  readonly rest: TestDoor;
  readonly system = systemCall("test");
  readonly log: string[] = [];
  /** The door's own: nothing but a test hints here. */
  readonly wakes = new Wakes();
  door!: RunnerDoor;
  port = 0;
  readonly #runners: Runner[] = [];

  private constructor(rest: TestDoor) {
    this.rest = rest;
  }

  static async open(): Promise<RunnerHouse> {
    let house: RunnerHouse | undefined;
    const rest = await openTestDoor(async ({ app }) => {
      app.server.on("upgrade", (request, socket, head) => house!.door.upgrade(request, socket, head));
    });
    house = new RunnerHouse(rest);
    await house.openDoor();
    return house;
  }

  get runners() {
    return this.rest.house.runners;
  }

  /** Opens the door, at the same port as before. */
  async openDoor(options: { heartbeatMs?: number } = {}): Promise<void> {
    this.door = new RunnerDoor({
      ...options,
      runners: this.runners,
      link: this.link,
      readFile: filePartsOf(this.rest.house.files),
      wakes: this.wakes,
      metrics: new Metrics(),
      log: silent,
      approachOf: (request) => approachOf(clientOf(request, trustIn([]))),
    });
    await this.door.open();
    this.port = await this.door.listen({ host: "127.0.0.1", port: this.port });
  }

  /** A folder of a runner that was just enrolled over REST. */
  async enrol(
    wanted: { runnerId?: string; tags?: string[] } = {},
    folder = new RunnerFolder(join(temporaryFolder(), "runner")),
  ) {
    mkdirSync(folder.path, { recursive: true });
    const { token } = await this.runners.enrolment.createToken(this.system, wanted);
    const record = await folder.enrol({ url: this.rest.address, token });
    await folder.saveRecord({ ...record, address: `127.0.0.1:${this.port}` });
    return { folder, ...record };
  }

  /** A runner process of this test's own. */
  async start(
    folder: RunnerFolder,
    options: Partial<Parameters<typeof Runner.start>[0]> = {},
  ): Promise<Runner> {
    const runner = await Runner.start({
      folder,
      execute: echo,
      version: "1.0.0",
      runtimes: [{ name: "node", version: "20" }],
      sandbox: "none",
      slots: 8,
      log: {
        info: (message) => void this.log.push(message),
        warn: (message) => void this.log.push(`warn: ${message}`),
      },
      ...options,
    });
    this.#runners.push(runner);
    return runner;
  }

  /** The same runner on another machine: its folder, copied. */
  async copyOf(folder: RunnerFolder): Promise<RunnerFolder> {
    const path = join(temporaryFolder(), "copy");
    cpSync(folder.path, path, { recursive: true });
    return new RunnerFolder(path);
  }

  /** Flips a bit of the record in which this text stands. */
  damage(folder: RunnerFolder, text: string): void {
    for (const name of readdirSync(folder.spoolPath)) {
      const path = join(folder.spoolPath, name);
      const bytes = readFileSync(path);
      const at = bytes.lastIndexOf(text);
      if (at < 0) continue;
      bytes[at]! ^= 1;
      writeFileSync(path, bytes);
    }
  }

  async stateOf(runnerId: string): Promise<string> {
    return (await this.runners.getRunner(this.system, runnerId)).state;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#runners.map((runner) => runner.stop(0)));
    await this.door.close();
    await this.rest.close();
  }
}

/** Answers its input. */
export const echo: Executor = async ({ input }) => ({ outcome: "successful", output: input });

/** Waits until it holds; what never does ends with the test's own time. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  ms = 40_000,
): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it never came that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A way between runner and server that can be cut, held up, and closed when it is idle. */
export class TestProxy {
  readonly #server: Server;
  readonly #pairs = new Set<[Socket, Socket]>();
  #isCut = false;
  port = 0;
  bytes = 0;

  private constructor(target: { port: number; idleMs?: number }) {
    this.#server = createServer((inner) => {
      if (this.#isCut) return void inner.destroy();
      const outer = connectTo(target.port, "127.0.0.1");
      const pair: [Socket, Socket] = [inner, outer];
      this.#pairs.add(pair);
      for (const [from, to] of [pair, [outer, inner] as const]) {
        from.on("data", (chunk: Buffer) => {
          this.bytes += chunk.length;
          if (!this.#isCut) to.write(chunk);
        });
        from.on("error", () => to.destroy());
        from.on("close", () => {
          to.destroy();
          this.#pairs.delete(pair);
        });
        if (target.idleMs !== undefined) from.setTimeout(target.idleMs, () => from.destroy());
      }
    });
  }

  static async open(target: { port: number; idleMs?: number }): Promise<TestProxy> {
    const proxy = new TestProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    proxy.port = (proxy.#server.address() as { port: number }).port;
    return proxy;
  }

  /** Nothing goes through any more, and nobody is told: as when a cable is pulled. */
  cut(): void {
    this.#isCut = true;
  }

  /** As when a firewall says no: everything that was open breaks. */
  reset(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  heal(): void {
    this.#isCut = false;
    // What hung there is dead for both sides.
    this.reset();
  }

  async close(): Promise<void> {
    this.reset();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
