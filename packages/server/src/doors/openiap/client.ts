import type { Call } from "../../kit/call.ts";
import type { Outgoing } from "./envelope.ts";
import type { MessageName, Messages } from "./messages.ts";

/** Something that a client holds and that ends with its connection: a watch, the registration of a queue. */
export interface Held {
  /** Who asked for it: it ends with his credential, which need not be the one that signed in on the connection. */
  readonly call: Call;
  release(): void;
  /** From now on the rights of this call count. */
  updateCall(call: Call): void;
}

/** The client on a connection, as commands see it. */
export interface Client {
  readonly id: string;
  readonly address: string;
  /** Who signed in, as of when that was last looked at. */
  readonly call: Call | undefined;
  /** What the client calls itself. */
  agent: string;
  version: string;
  /** Wants a `ping` now and then. */
  wantsPings: boolean;
  /** When its token must be followed by another, on the clock of `performance.now()`. */
  renewTokenAtMs: number;
  /** Whether it is there to be sent anything. */
  readonly isOpen: boolean;

  /** The client has shown that somebody of the house stands behind it: it may send more at once. */
  trust(): void;
  /** From now on what comes without a token of its own comes from this caller. */
  signIn(call: Call): void;
  /** Sends; a client that lets too much pile up is cut off. */
  send(outgoing: Outgoing): void;
  /** Sends what was not asked for. */
  push<Name extends MessageName>(command: string, type: Name, message: Partial<Messages[Name]>): void;
  /** Resolves when the client has read enough to be sent more, or is gone. */
  drained(): Promise<void>;
  /** Keeps something under a name until the connection ends or `release` is called with it. */
  hold(name: string, held: Held): void;
  /** How many things it holds. */
  readonly heldCount: number;
  /** Lets go of something; false if it holds nothing of this name. */
  release(name: string): boolean;
  /** Ends the connection after what was sent is out. */
  end(reason: string): void;
}
