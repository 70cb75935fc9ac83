import { randomBytes, sign, verify, X509Certificate } from "node:crypto";
import { credentials, Client, type ClientDuplexStream, status } from "@grpc/grpc-js";
import {
  decodeRunnerMessage,
  encodeRunnerMessage,
  proofText,
  runnerConnectPath,
  runnerMessageBytesMax,
  runnerServerName,
  runnerWebSocketPath,
} from "@millrace/contract/runner-wire.ts";
import { WebSocket } from "ws";
import type { Credential, RunnerRecord } from "./enrol.ts";

const connectMs = 8_000;
const pingEveryMs = 20_000;
const pingAnswerMs = 10_000;

export type Transport = "grpc" | "websocket";

/** A way to the server: messages in one piece and in order. */
export interface Line {
  readonly transport: Transport;
  /** Bytes that were sent and have not left. */
  readonly bufferedBytes: number;
  send(message: Uint8Array): void;
  cut(): void;
}

export interface LineListener {
  onMessage(message: Uint8Array): void;
  onEnd(why: string): void;
}

export interface Dialled {
  record: RunnerRecord;
  credential: Credential;
}

/** Opens a line by gRPC under mutual TLS; fails where no connection comes about. */
export async function dialGrpc({ record, credential }: Dialled, listener: LineListener): Promise<Line> {
  const client = new Client(
    record.address ?? "",
    credentials.createSsl(
      Buffer.from(credential.authorities.join("\n")),
      Buffer.from(credential.key),
      Buffer.from(credential.certificate),
    ),
    {
      "grpc.ssl_target_name_override": runnerServerName,
      "grpc.keepalive_time_ms": pingEveryMs,
      "grpc.keepalive_timeout_ms": pingAnswerMs,
      "grpc.keepalive_permit_without_calls": 1,
      "grpc.max_receive_message_length": runnerMessageBytesMax,
      "grpc.max_send_message_length": runnerMessageBytesMax,
      // Who dials again is decided here, with a pause that is ours.
      "grpc.enable_retries": 0,
    },
  );
  await new Promise<void>((resolve, reject) => {
    client.waitForReady(Date.now() + connectMs, (error) => (error == null ? resolve() : reject(error)));
  }).catch((error: unknown) => {
    client.close();
    throw error;
  });
  const call = client.makeBidiStreamRequest(runnerConnectPath, asBuffer, (bytes: Buffer) => bytes);
  return grpcLine(client, call, listener);
}

function grpcLine(
  client: Client,
  call: ClientDuplexStream<Uint8Array, Buffer>,
  listener: LineListener,
): Line {
  let bufferedBytes = 0;
  let isEnded = false;
  const end = (why: string) => {
    if (isEnded) return;
    isEnded = true;
    client.close();
    listener.onEnd(why);
  };
  call.on("data", (message: Buffer) => listener.onMessage(message));
  call.on("error", (error: Error & { code?: number }) => end(`${status[error.code ?? 2]}: ${error.message}`));
  call.on("end", () => end("the server ended the stream"));
  return {
    transport: "grpc",
    get bufferedBytes() {
      return bufferedBytes;
    },
    send(message) {
      bufferedBytes += message.length;
      call.write(message, () => {
        bufferedBytes -= message.length;
      });
    },
    cut() {
      call.cancel();
      end("cut");
    },
  };
}

/**
 * Opens a line over a WebSocket on the web port. The server proves by its signature that it holds a key of our
 * authority, before this runner proves its own: both sign both nonces and the address that was dialled.
 */
export async function dialWebSocket({ record, credential }: Dialled, listener: LineListener): Promise<Line> {
  const url = new URL(record.url);
  const audience = url.origin;
  const runnerNonce = randomBytes(32);
  const query = new URLSearchParams({ nonce: runnerNonce.toString("base64url"), audience });
  const address = `${url.origin.replace(/^http/, "ws")}${runnerWebSocketPath}?${query.toString()}`;
  const socket = new WebSocket(address, {
    handshakeTimeout: connectMs,
    maxPayload: runnerMessageBytesMax,
    perMessageDeflate: false,
  });
  try {
    const challenge = decodeRunnerMessage("WebSocketChallenge", await firstMessage(socket));
    const given = { runnerNonce, serverNonce: challenge.nonce, audience };
    requireOurServer(challenge, proofText("server", given), credential);
    const signature = sign("sha256", proofText("runner", given), credential.key);
    const certificate = new X509Certificate(credential.certificate).raw;
    socket.send(encodeRunnerMessage("WebSocketProof", { certificate, signature }));
  } catch (error) {
    socket.terminate();
    throw error;
  }
  return socketLine(socket, listener);
}

function socketLine(socket: WebSocket, listener: LineListener): Line {
  const timer = setInterval(() => socket.ping(), pingEveryMs).unref();
  socket.on("message", (message: Buffer) => listener.onMessage(message));
  socket.on("close", (code, reason) => {
    clearInterval(timer);
    listener.onEnd(reason.toString() || `the server closed the connection (${code})`);
  });
  return {
    transport: "websocket",
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    send: (message) => socket.send(message),
    cut: () => socket.terminate(),
  };
}

async function firstMessage(socket: WebSocket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the server sent no challenge")), connectMs);
    socket.on("error", reject);
    socket.once("close", () => reject(new Error("the server closed the connection")));
    socket.once("message", (message: Buffer) => {
      clearTimeout(timer);
      resolve(message);
    });
  });
}

function requireOurServer(
  challenge: { certificate: Uint8Array; signature: Uint8Array },
  text: Uint8Array,
  { authorities }: Credential,
): void {
  const certificate = new X509Certificate(challenge.certificate);
  const isOurs = authorities.some((pem) => {
    const authority = new X509Certificate(pem);
    return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
  });
  const isNamed = certificate.checkHost(runnerServerName) !== undefined;
  if (isOurs && isNamed && verify("sha256", text, certificate.publicKey, challenge.signature)) return;
  throw new Error("whoever answers there is not the server that this runner was enrolled at");
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
