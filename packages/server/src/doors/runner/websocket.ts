import { randomBytes, sign, verify } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import {
  decodeRunnerMessage,
  encodeRunnerMessage,
  proofText,
  runnerMessageBytesMax,
} from "@millrace/contract/runner-wire.ts";
import { type WebSocket, WebSocketServer } from "ws";
import { AppError } from "../../kit/errors.ts";
import { readRunnerCertificate } from "../../modules/runners/service.ts";
import type { PortCertificates } from "./certificates.ts";
import type { Certified, RunnerStream } from "./connection.ts";
import type { StreamListener } from "./grpc.ts";

const pingEveryMs = 20_000;
/** Challenged and not answered for so long: whoever it is, he holds no key. */
const proofMs = 10_000;
const nonceBytes = 32;
const provingMax = 2_000;

export interface WebSocketListener {
  /** Where the messages of whoever proved this certificate go. */
  onProved(stream: RunnerStream, certified: Certified): StreamListener;
  /** Somebody failed to prove anything. */
  onUnproved(address: string): void;
}

/** How an upgrade reached us, as far as it may be believed. */
export interface Approach {
  address: string;
  /** What the runner may believe to be speaking to: `https://millrace.example`. */
  audiences: readonly string[];
}

/** The addresses that a runner may have dialled: the public one, and the one that this request asks for. */
export function approachOf(
  { address, protocol, host }: { address: string; protocol: string; host: string },
  publicUrl?: string,
): Approach {
  const audiences = [`${protocol}://${host}`];
  return {
    address,
    audiences: publicUrl === undefined ? audiences : [...audiences, new URL(publicUrl).origin],
  };
}

/**
 * The fallback: the same messages over a WebSocket on the web port, for networks that break HTTP/2. A client
 * certificate does not pass the proxy there, so each side proves by a signature over both sides' nonces and the
 * address that the runner dialled: what is signed for one server is worth nothing at another.
 */
export class RunnerSockets {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: runnerMessageBytesMax,
    perMessageDeflate: false,
  });
  readonly #certificates: PortCertificates;
  readonly #listener: WebSocketListener;
  readonly #streams = new Set<SocketStream>();
  readonly #timer: NodeJS.Timeout;
  #proving = 0;

  constructor(certificates: PortCertificates, listener: WebSocketListener) {
    this.#certificates = certificates;
    this.#listener = listener;
    this.#timer = setInterval(() => {
      for (const stream of this.#streams) stream.ping();
    }, pingEveryMs).unref();
  }

  /** Takes an upgrade; refuses with an `AppError` before the 101. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, approach: Approach): void {
    const { searchParams } = new URL(request.url ?? "/", "http://localhost");
    const runnerNonce = Buffer.from(searchParams.get("nonce") ?? "", "base64url");
    const audience = searchParams.get("audience") ?? "";
    if (runnerNonce.length !== nonceBytes) {
      throw new AppError("invalid_input", `query.nonce: must be ${nonceBytes} bytes as base64url`);
    }
    if (!approach.audiences.includes(audience)) {
      const message = `query.audience: this server is not known as ${JSON.stringify(audience.slice(0, 200))}`;
      throw new AppError("forbidden", `${message}: set MILLRACE_PUBLIC_URL to the address that runners use`);
    }
    if (this.#proving >= provingMax) {
      throw new AppError("overloaded", "Too many runners are arriving", { retryAfterSeconds: 5 });
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) =>
      this.#challenge(webSocket, { runnerNonce, audience, address: approach.address }),
    );
  }

  close(): void {
    clearInterval(this.#timer);
    for (const stream of this.#streams) stream.cut();
    this.#server.close();
  }

  #challenge(
    webSocket: WebSocket,
    { runnerNonce, audience, address }: { runnerNonce: Buffer; audience: string; address: string },
  ): void {
    const serverNonce = randomBytes(nonceBytes);
    const given = { runnerNonce, serverNonce, audience };
    const { certificate, key } = this.#certificates.proof;
    const signature = sign("sha256", proofText("server", given), key);
    const ended = this.#proves(webSocket);
    // Until it is proved nobody else listens, and a socket that breaks must not end the process.
    webSocket.on("error", () => webSocket.terminate());
    webSocket.once("message", (message: Buffer) => {
      ended();
      const certified = this.#certified(message, proofText("runner", given));
      if (certified !== undefined) return this.#join(webSocket, certified, address);
      this.#listener.onUnproved(address);
      webSocket.close(4401, "the certificate is unknown, or its key was not proved: enrol again");
    });
    webSocket.send(encodeRunnerMessage("WebSocketChallenge", { nonce: serverNonce, certificate, signature }));
  }

  /** Counts it among those who have proved nothing yet, until what comes back is called or it is gone. */
  #proves(webSocket: WebSocket): () => void {
    this.#proving += 1;
    const timer = setTimeout(() => webSocket.terminate(), proofMs);
    const ended = () => {
      webSocket.off("close", ended);
      clearTimeout(timer);
      this.#proving -= 1;
    };
    webSocket.once("close", ended);
    return ended;
  }

  #certified(message: Buffer, text: Uint8Array): Certified | undefined {
    try {
      const proof = decodeRunnerMessage("WebSocketProof", message);
      const read = readRunnerCertificate(proof.certificate, this.#certificates.authorities);
      if (read === undefined || !verify("sha256", text, read.certificate.publicKey, proof.signature))
        return undefined;
      const { tenantId, runnerId, fingerprint } = read;
      return { tenantId, runnerId, fingerprint };
    } catch {
      // Whatever it was, it was no proof.
      return undefined;
    }
  }

  #join(webSocket: WebSocket, certified: Certified, address: string): void {
    const stream = new SocketStream(webSocket, address);
    this.#streams.add(stream);
    const listener = this.#listener.onProved(stream, certified);
    webSocket.on("message", (message: Buffer) => listener.receive(message));
    webSocket.on("close", (_code, reason) => {
      this.#streams.delete(stream);
      listener.gone(reason.toString() || "the connection ended");
    });
  }
}

class SocketStream implements RunnerStream {
  readonly transport = "websocket";
  readonly address: string;
  readonly #socket: WebSocket;
  #isAlive = true;

  constructor(socket: WebSocket, address: string) {
    this.#socket = socket;
    this.address = address;
    socket.on("pong", () => {
      this.#isAlive = true;
    });
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: Uint8Array): void {
    this.#socket.send(message);
  }

  /** Through proxies that cut what is idle, and to notice who is gone. */
  ping(): void {
    if (!this.#isAlive) return this.cut();
    this.#isAlive = false;
    this.#socket.ping();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.resume();
  }

  end(): void {
    this.#socket.close(1000);
  }

  cut(): void {
    this.#socket.terminate();
  }
}
