import protobuf from "protobufjs/light.js";
import { descriptor, type ConnectRequest, type ConnectResponse, type Envelope, type Messages } from "./runner-messages.ts";

export * from "./runner-messages.ts";

/** The versions of the protocol that this build speaks, the preferred one first. */
export const runnerProtocols = [1] as const;
/** The name in the server's certificate on the runner port, whatever address it is reached by. */
export const runnerServerName = "runner.millrace";
/** The path of the stream as gRPC names it, and where the WebSocket is. */
export const runnerConnectPath = "/millrace.runner.v1.RunnerService/Connect";
export const runnerWebSocketPath = "/runner/v1";
/** No message is larger: payloads are 2 MiB at most, and larger things are files. */
export const runnerMessageBytesMax = 4 * 1024 * 1024;

// Numbers hold what 64-bit fields of this wire carry: sequences, sizes and milliseconds stay below 2^53.
protobuf.util.Long = undefined as unknown as typeof protobuf.util.Long;
protobuf.configure();

const root = protobuf.Root.fromJSON(descriptor).resolveAll();

/** The bytes of a message; what is left out has its zero value. */
export function encodeRunnerMessage<Name extends keyof Messages>(name: Name, message: Partial<Messages[Name]>): Uint8Array {
  return typeOf(name).encode(message).finish();
}

/** Reads a message: unknown fields are passed over, missing ones have their zero value. Throws on anything else. */
export function decodeRunnerMessage<Name extends keyof Messages>(name: Name, bytes: Uint8Array): Messages[Name] {
  return typeOf(name).decode(bytes) as unknown as Messages[Name];
}

/**
 * A body that was encoded before, under an envelope of this moment. Protobuf reads two messages that follow each other
 * as one, so what lies in a spool is never decoded to be sent.
 */
export function underEnvelope(name: "ConnectRequest" | "ConnectResponse", envelope: Envelope, body: Uint8Array): Uint8Array {
  const head = typeOf(name).encode({ envelope }).finish();
  const whole = new Uint8Array(head.length + body.length);
  whole.set(head);
  whole.set(body, head.length);
  return whole;
}

/** Which of the oneof a message carries; undefined where it is an acknowledgement alone. */
export function bodyNameOf(message: ConnectRequest | ConnectResponse): string | undefined {
  return (message as unknown as { body?: string }).body;
}

/** What the server signs over a WebSocket, and what the runner signs: each names its role, so neither is the other. */
export function proofText(
  role: "server" | "runner",
  given: { runnerNonce: Uint8Array; serverNonce: Uint8Array; audience: string },
): Uint8Array {
  const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const { runnerNonce, serverNonce, audience } = given;
  return new TextEncoder().encode(
    ["millrace.runner.v1", role, hex(runnerNonce), hex(serverNonce), audience].join("\n"),
  );
}

function typeOf(name: string): protobuf.Type {
  return root.lookupType(`millrace.runner.v1.${name}`);
}
