import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { runnerServerName, runnerWebSocketPath } from "@millrace/contract/runner-wire.ts";
import { AppError } from "../../kit/errors.ts";
import type { Logger } from "../../kit/log.ts";
import type { Wakes } from "../../kit/wakes.ts";
import {
  authoritiesTopic,
  readRunnerCertificate,
  type Runners,
  standingTopic,
} from "../../modules/runners/service.ts";
import { refuseUpgrade } from "../live/refuse-upgrade.ts";
import { PortCertificates } from "./certificates.ts";
import type { RunnerStream } from "./connection.ts";
import { Connections, type ConnectionsOptions } from "./connections.ts";
import { GrpcPort, type StreamListener } from "./grpc.ts";
import { type Approach, RunnerSockets } from "./websocket.ts";

/** Who may not stay is cut within five seconds, on every node; hints make it sooner. */
const lookEveryMs = 2_000;
/** The promise behind the hint that the authorities changed. */
const reloadEveryLooks = 30;
/** The server's certificate lives for a week; long before its end there is another. */
const certificateEveryMs = 86_400_000;

export interface RunnerDoorOptions extends ConnectionsOptions {
  wakes: Wakes;
  /** How an upgrade reached this server, as far as it may be believed. */
  approachOf: (request: IncomingMessage) => Approach;
  /** Told where somebody came from who proved nothing. */
  onUnproved?: (address: string) => void;
}

/** Whether an upgrade of the web port is for this door. */
export function isForRunners({ url }: IncomingMessage): boolean {
  return url?.split("?")[0] === runnerWebSocketPath;
}

/** Where runners come in: over gRPC on a port of their own, and over a WebSocket on the web port. */
export class RunnerDoor {
  readonly #runners: Runners;
  readonly #wakes: Wakes;
  readonly #log: Logger;
  readonly #approachOf: RunnerDoorOptions["approachOf"];
  readonly #connections: Connections;
  readonly #certificates = new PortCertificates();
  readonly #sockets: RunnerSockets;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #unsubscribes: (() => void)[] = [];
  #grpc: GrpcPort | undefined;
  #looking: Promise<void> | undefined;
  #looks = 0;
  /** The authority that signed last, as far as this door knows. */
  #activeId = "";

  constructor(options: RunnerDoorOptions) {
    this.#runners = options.runners;
    this.#wakes = options.wakes;
    this.#log = options.log;
    this.#approachOf = options.approachOf;
    this.#connections = new Connections(options);
    this.#sockets = new RunnerSockets(this.#certificates, {
      onProved: (stream, certified) => this.#connections.add(stream, certified),
      onUnproved: (address) => options.onUnproved?.(address),
    });
  }

  /** Opens the door over the WebSocket. */
  async open(): Promise<void> {
    await this.#renewCertificate();
    this.#activeId = this.#runners.authorities.activeId;
    this.#unsubscribes.push(
      this.#wakes.on(standingTopic, () => void this.look()),
      this.#wakes.on(authoritiesTopic, () => void this.#reload()),
    );
    this.#timers.push(
      setInterval(() => void this.look(), lookEveryMs).unref(),
      setInterval(() => void this.#renewCertificate().catch(this.#missed), certificateEveryMs).unref(),
    );
  }

  /** Opens it over gRPC as well; answers the port. */
  async listen({ host, port }: { host: string; port: number }): Promise<number> {
    const grpc = new GrpcPort(this.#certificates, {
      onStream: (stream, certificate) => this.#add(stream, certificate),
    });
    const bound = await grpc.listen(host, port);
    this.#grpc = grpc;
    return bound;
  }

  /** Takes an upgrade of the web port: 101, or an HTTP error before it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Nobody else listens by now, and a client that breaks off must not end the process.
    socket.on("error", (error: Error) => this.#log.debug({ err: error }, "an upgrade broke off"));
    try {
      if (!this.#connections.hasRoom) {
        throw new AppError("overloaded", "Too many runners are connected", { retryAfterSeconds: 5 });
      }
      this.#sockets.upgrade(request, socket, head, this.#approachOf(request));
    } catch (error) {
      refuseUpgrade(socket, error, this.#log);
    }
  }

  /** Looks at everybody who is connected; one look at a time, and one after a hint that came meanwhile. */
  async look(): Promise<void> {
    this.#looks += 1;
    if (this.#looks % reloadEveryLooks === 0) void this.#reload();
    const before = this.#looking;
    const looking = (before ?? Promise.resolve()).then(() => this.#connections.look()).catch(this.#missed);
    this.#looking = looking;
    await looking;
    if (this.#looking === looking) this.#looking = undefined;
  }

  /** Tells everybody to come again, and waits until it is noted that they went. */
  async close(): Promise<void> {
    this.#timers.forEach((timer) => clearInterval(timer));
    this.#unsubscribes.forEach((unsubscribe) => unsubscribe());
    await this.#looking;
    await this.#connections.close();
    this.#sockets.close();
    await this.#grpc?.close();
  }

  #add(stream: RunnerStream, certificate: Uint8Array): StreamListener | undefined {
    const read = readRunnerCertificate(certificate, this.#certificates.authorities);
    if (read === undefined) return undefined;
    const { tenantId, runnerId, fingerprint } = read;
    return this.#connections.add(stream, { tenantId, runnerId, fingerprint });
  }

  async #reload(): Promise<void> {
    try {
      const { authorities } = this.#runners;
      await authorities.reload();
      const { bundle, activeId } = authorities;
      if (bundle.join() === this.#certificates.authorities.join()) return;
      this.#connections.tellAuthorities(bundle);
      await this.#renewCertificate();
      if (activeId !== this.#activeId) this.#connections.rotateAll();
      this.#activeId = activeId;
    } catch (error) {
      this.#missed(error);
    }
  }

  async #renewCertificate(): Promise<void> {
    const { authorities } = this.#runners;
    this.#certificates.update(authorities.bundle, await authorities.makeServerCertificate(runnerServerName));
  }

  readonly #missed = (error: unknown): void => {
    this.#log.warn({ err: error }, "the runner door will look again");
  };
}
