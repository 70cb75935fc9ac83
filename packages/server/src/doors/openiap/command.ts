import type { Call } from "../../kit/call.ts";
import type { Scope } from "../../modules/identity/model.ts";
import type { Client } from "./client.ts";
import type { MessageName, Messages } from "./messages.ts";

/** What a command knows of the request beside its message. */
export interface CommandContext {
  /** Who asks, as of now; nobody in a command that is public. */
  call: Call;
  /** The request's id: what belongs to it carries it as its `rid`. */
  id: string;
  /** The token that came with this one message; empty when none did. */
  jwt: string;
  traceid: string;
  spanid: string;
  /** Where more than the reply can be sent; not there over REST and the unary methods. */
  client: Client | undefined;
  /** The bytes that follow an upload; not there for other commands. */
  incoming: AsyncIterable<Uint8Array> | undefined;
}

/** One line of the table: message in, verb of the house, message out. It decides nothing. */
export interface Command {
  /** As it stands in the envelope: lower case. */
  name: string;
  request: MessageName;
  reply: MessageName;
  /** The reply's command; clients switch on it. */
  replyCommand: string;
  /** `public`: who asks may not have signed in yet. */
  access: "public" | "signed_in";
  /** What a token must be allowed; none for what every token may. */
  scope: Scope | undefined;
  /** Nothing that comes on the connection is looked at until it has ended. */
  isBarrier: boolean;
  /** Frames of bytes follow the request. */
  takesBytes: boolean;
  run: (context: CommandContext, request: never) => Promise<object>;
}

interface Declared<Request extends MessageName, Reply extends MessageName> {
  name: string;
  request: Request;
  reply: Reply;
  replyCommand?: string;
  access?: "public" | "signed_in";
  scope: Scope | undefined;
  isBarrier?: boolean;
  takesBytes?: boolean;
  run: (context: CommandContext, request: Messages[Request]) => Promise<Partial<Messages[Reply]>>;
}

/** Declares a command with its messages typed by their names. */
export function command<Request extends MessageName, Reply extends MessageName>(
  declared: Declared<Request, Reply>,
): Command {
  return {
    replyCommand: `${declared.name}reply`,
    access: "signed_in",
    isBarrier: false,
    takesBytes: false,
    ...declared,
  };
}
