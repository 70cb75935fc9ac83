import type { Transport, WireAnswer, WireRequest, WireStream } from "./transport.ts";

/** A transport that is made by the first call; from then on it stands aside. */
export class LateTransport implements Transport {
  readonly #make: () => Promise<Transport>;
  #made: Transport | undefined;
  #making: Promise<Transport> | undefined;

  constructor(make: () => Promise<Transport>) {
    this.#make = make;
  }

  send(request: WireRequest): Promise<WireAnswer> {
    return this.#made?.send(request) ?? this.#ready().then((transport) => transport.send(request));
  }

  open(request: WireRequest): Promise<WireStream> {
    return this.#made?.open(request) ?? this.#ready().then((transport) => transport.open(request));
  }

  async close(): Promise<void> {
    if (this.#making !== undefined) await (await this.#making).close();
  }

  #ready(): Promise<Transport> {
    this.#making ??= this.#make().then((transport) => (this.#made = transport));
    return this.#making;
  }
}
