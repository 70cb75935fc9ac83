import {
  experimental,
  type handleBidiStreamingCall,
  Server,
  type ServerDuplexStream,
  type ServiceDefinition,
  status,
} from "@grpc/grpc-js";
import { runnerConnectPath, runnerMessageBytesMax } from "@millrace/contract/runner-wire.ts";
import type { PortCertificates } from "./certificates.ts";
import type { RunnerStream } from "./connection.ts";

const pingEveryMs = 20_000;
const pingAnswerMs = 10_000;
const shutdownMs = 2_000;
/** A runner has one stream; a second may overlap with it for a moment. */
const streamsPerConnectionMax = 4;

type Call = ServerDuplexStream<Buffer, Uint8Array>;

export interface GrpcListener {
  /** A stream of whoever showed this certificate; answers where its messages go, or that it is not let in. */
  onStream(stream: RunnerStream, certificate: Uint8Array): StreamListener | undefined;
}

export interface StreamListener {
  receive(message: Uint8Array): void;
  gone(why: string): void;
}

const same = (bytes: Buffer) => bytes;
const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const service: ServiceDefinition = {
  connect: {
    path: runnerConnectPath,
    requestStream: true,
    responseStream: true,
    requestSerialize: asBuffer,
    requestDeserialize: same,
    responseSerialize: asBuffer,
    responseDeserialize: same,
  },
};

/** The runner port: gRPC under mutual TLS, for whoever has a certificate of our authorities and for nobody else. */
export class GrpcPort {
  readonly #server: Server;
  readonly #certificates: PortCertificates;

  constructor(certificates: PortCertificates, listener: GrpcListener) {
    this.#certificates = certificates;
    this.#server = new Server({
      "grpc.keepalive_time_ms": pingEveryMs,
      "grpc.keepalive_timeout_ms": pingAnswerMs,
      "grpc.max_receive_message_length": runnerMessageBytesMax,
      "grpc.max_send_message_length": runnerMessageBytesMax,
      "grpc.max_concurrent_streams": streamsPerConnectionMax,
    });
    const connect: handleBidiStreamingCall<Buffer, Uint8Array> = (call) => open(call, listener);
    this.#server.addService(service, { connect });
  }

  /** Answers the port that it listens on. */
  async listen(host: string, port: number): Promise<number> {
    const credentials = experimental.createCertificateProviderServerCredentials(
      this.#certificates,
      this.#certificates,
      true,
    );
    const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(address, credentials, (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#server.forceShutdown(), shutdownMs);
      this.#server.tryShutdown(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function open(call: Call, { onStream }: GrpcListener): void {
  const certificate = call.getAuthContext().sslPeerCertificate?.raw;
  const listener = certificate === undefined ? undefined : onStream(new GrpcStream(call), certificate);
  if (listener === undefined) {
    call.emit("error", { code: status.UNAUTHENTICATED, details: "The certificate names no runner" });
    return;
  }
  call.on("data", (message: Buffer) => listener.receive(message));
  call.on("error", (error: Error) => listener.gone(error.message));
  call.on("cancelled", () => listener.gone("the connection ended"));
  call.on("end", () => {
    listener.gone("the runner ended the stream");
    call.end();
  });
}

class GrpcStream implements RunnerStream {
  readonly transport = "grpc";
  readonly address: string;
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
    this.address = call.getPeer();
  }

  get bufferedBytes(): number {
    return this.#call.writableLength === 0 ? 0 : this.#pendingBytes;
  }

  #pendingBytes = 0;

  send(message: Uint8Array): void {
    this.#pendingBytes += message.length;
    this.#call.write(message, () => {
      this.#pendingBytes -= message.length;
    });
  }

  pause(): void {
    this.#call.pause();
  }

  resume(): void {
    this.#call.resume();
  }

  end(): void {
    this.#call.end();
  }

  cut(): void {
    this.#call.destroy();
  }
}
