import {
  type handleBidiStreamingCall,
  type handleUnaryCall,
  Metadata,
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { type Connection, frameBytesMax, type Transport } from "./connection.ts";
import type { Dispatch } from "./dispatch.ts";
import { decodeMessage, type Envelope, typeUrlOf, unaryMethods } from "./messages.ts";

const serviceName = "openiap.FlowService";
const streamsPerConnectionMax = 1_000;
/** What was taken is answered within this when the server stops. */
const finishMs = 2_000;

type Stream = ServerDuplexStream<Buffer, Buffer>;

interface GrpcParts {
  dispatch: Dispatch;
  /** Takes a client that has opened a stream; refuses it when there are enough. */
  add(transport: Transport, address: string): Connection;
  remove(connection: Connection): void;
}

/** gRPC: the stream that clients use, and every command as a method of its own for other tools. */
export class GrpcServer {
  readonly #parts: GrpcParts;
  readonly #server = new Server({
    "grpc.max_receive_message_length": frameBytesMax,
    "grpc.max_send_message_length": frameBytesMax,
    "grpc.max_concurrent_streams": streamsPerConnectionMax,
    "grpc.keepalive_time_ms": 30_000,
    "grpc.keepalive_permit_without_calls": 1,
  });

  constructor(parts: GrpcParts) {
    this.#parts = parts;
    const stream: handleBidiStreamingCall<Buffer, Buffer> = (call) => this.#serveStream(call);
    const implementation: UntypedServiceImplementation = { SetupStream: stream };
    for (const method of unaryMethods) implementation[method] = this.#unary(method.toLowerCase());
    this.#server.addService(definition(), implementation);
  }

  /** Listens; answers the port, which 0 leaves to the system. */
  async listen(host: string, port: number): Promise<number> {
    const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
  }

  /** Takes nothing more; calls that are still under way after a moment are ended. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#server.forceShutdown(), finishMs);
      this.#server.tryShutdown(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #serveStream(call: Stream): void {
    // Some clients wait for the headers, and some for a message, before they say anything.
    call.sendMetadata(new Metadata());
    let connection: Connection;
    try {
      connection = this.#parts.add(new GrpcTransport(call), addressOf(call));
    } catch (error) {
      call.emit("error", { code: 14, details: (error as Error).message });
      return;
    }
    connection.push("ping", "PingRequest", {});
    call.on("data", (bytes: Buffer) => connection.receive(bytes));
    call.on("end", () => void connection.finishAndEnd());
    call.on("error", () => this.#parts.remove(connection));
    call.on("cancelled", () => this.#parts.remove(connection));
    call.on("close", () => this.#parts.remove(connection));
  }

  #unary(command: string): handleUnaryCall<Buffer, Buffer> {
    return (call, callback) => void this.#serveUnary(command, call, callback);
  }

  async #serveUnary(
    command: string,
    call: ServerUnaryCall<Buffer, Buffer>,
    callback: sendUnaryData<Buffer>,
  ): Promise<void> {
    const request = requestOf(command, call.request, jwtIn(call.metadata));
    const { grpcStatus: code, value } = await this.#parts.dispatch.answer(request, {
      address: addressOf(call),
    });
    if (code === undefined) callback(null, value as Buffer);
    else callback({ code, details: decodeMessage("ErrorResponse", value).message });
  }
}

/** Envelopes as the messages of a gRPC stream, which need neither a length nor numbers. */
class GrpcTransport implements Transport {
  readonly isNumbered = false;
  readonly #call: Stream;

  constructor(call: Stream) {
    this.#call = call;
  }

  send(envelope: Uint8Array, done: () => void): void {
    this.#call.write(envelope as Buffer, () => done());
  }

  pause(): void {
    this.#call.pause();
  }

  resume(): void {
    this.#call.resume();
  }

  probe(): void {
    // gRPC keeps its connections alive by itself.
  }

  end(): void {
    this.#call.end();
  }

  cut(): void {
    this.#call.destroy();
  }
}

/** Messages pass as bytes: whoever handles them knows their types. */
function definition(): ServiceDefinition {
  const asBytes = (bytes: Buffer) => bytes;
  const method = (name: string, isStream: boolean) => ({
    path: `/${serviceName}/${name}`,
    requestStream: isStream,
    responseStream: isStream,
    requestSerialize: asBytes,
    requestDeserialize: asBytes,
    responseSerialize: asBytes,
    responseDeserialize: asBytes,
  });
  const unary = unaryMethods.map((name) => [name, method(name, false)] as const);
  return { SetupStream: method("SetupStream", true), ...Object.fromEntries(unary) };
}

function requestOf(command: string, value: Buffer, jwt: string): Envelope {
  const data = { type_url: typeUrlOf("Noop"), value };
  return { command, data, jwt, id: "", rid: "", seq: 0, priority: 0, traceid: "", spanid: "" };
}

/** A token comes as `authorization: Bearer ...`, as in HTTP. */
function jwtIn(metadata: Metadata): string {
  const [header] = metadata.get("authorization");
  const [scheme, text = ""] = String(header ?? "").split(" ", 2);
  return scheme?.toLowerCase() === "bearer" ? text : "";
}

/** The peer is `address:port`. */
function addressOf(call: Stream | ServerUnaryCall<Buffer, Buffer>): string {
  return call.getPeer().replace(/:\d+$/, "").replaceAll(/[[\]]/g, "");
}
