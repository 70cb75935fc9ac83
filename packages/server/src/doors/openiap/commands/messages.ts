import type { Call } from "../../../kit/call.ts";
import { invalid } from "../../../kit/errors.ts";
import { parseJsonText } from "../../../kit/json-text.ts";
import { scopes, whoAmIScope } from "../../../modules/identity/model.ts";
import type { Identity } from "../../../modules/identity/service.ts";
import {
  type ExchangeKind,
  exchangeKinds,
  type MessageContent,
  privatePrefix,
} from "../../../modules/messages/model.ts";
import type { Messages } from "../../../modules/messages/service.ts";
import { type Command, command, type CommandContext } from "../command.ts";
import type { QueueMessageRequest } from "../messages.ts";
import type { QueueConsumers } from "../queue-consumers.ts";
import { traceparentOf } from "../trace-context.ts";
import { userOf } from "./signing-in.ts";
import { needsConnection } from "./watches.ts";

/** A message that does not say how long it may wait. */
const expiryDefaultMs = 60_000;
/** What a token inside a message is not good for: whoever takes the message has it. */
const keptBack: readonly string[] = ["admin", "users:write", "tokens:read", "tokens:write"];
const forwardedScopes = [...scopes.filter((scope) => !keptBack.includes(scope)), whoAmIScope];

export interface MessageParts {
  messages: Messages;
  identity: Identity;
  consumers: QueueConsumers;
}

/** Messages: taking and sending them. */
export function messageCommands(parts: MessageParts): Command[] {
  return [...consuming(parts), ...sending(parts)];
}

function consuming({ consumers }: MessageParts): Command[] {
  const read = { scope: "messages:read" } as const;
  return [
    command({
      ...read,
      name: "registerqueue",
      request: "RegisterQueueRequest",
      reply: "RegisterQueueResponse",
      run: async ({ call, client }, { queuename }) => {
        if (client === undefined) throw needsConnection("registerqueue");
        return { queuename: await consumers.register(client, call, nameOf(queuename)) };
      },
    }),
    command({
      ...read,
      name: "registerexchange",
      request: "RegisterExchangeRequest",
      reply: "RegisterExchangeResponse",
      run: async ({ call, client }, { exchangename, algorithm, routingkey, addqueue }) => {
        if (client === undefined) throw needsConnection("registerexchange");
        if (exchangename === "") throw invalid("exchangename", "must be there");
        const wanted = { kind: kindOf(algorithm), routingKey: routingkey, addQueue: addqueue };
        const exchange = nameOf(exchangename);
        return { queuename: await consumers.registerExchange(client, call, { exchange, ...wanted }) };
      },
    }),
    command({
      ...read,
      name: "unregisterqueue",
      request: "UnRegisterQueueRequest",
      reply: "UnRegisterQueueResponse",
      run: async ({ client }, { queuename }) => {
        if (client === undefined) throw needsConnection("unregisterqueue");
        if (!consumers.unregister(client, nameOf(queuename)))
          throw invalid("queuename", `this connection takes nothing from ${JSON.stringify(queuename)}`);
        return {};
      },
    }),
  ];
}

function sending({ messages, identity }: MessageParts): Command[] {
  return [
    command({
      name: "queuemessage",
      request: "QueueMessageRequest",
      reply: "QueueMessageResponse",
      scope: "messages:write",
      run: async (context, request) => {
        const { call } = context;
        const { queuename, exchangename, routingkey } = request;
        if (queuename === "" && exchangename === "")
          throw invalid("queuename", "say which queue or exchange");
        const target =
          exchangename === ""
            ? { queue: nameOf(queuename) }
            : { exchange: nameOf(exchangename), routingKey: routingkey };
        // The content may take its time: the message has its place before that.
        await messages.publish(call, target, contentOf(identity, context, request));
        const { correlationId, replyto, data } = request;
        return { queuename, correlationId, replyto, routingkey, exchangename, data };
      },
    }),
  ];
}

async function contentOf(
  identity: Identity,
  { call, traceid, spanid }: CommandContext,
  { data, correlationId, replyto, expiration, striptoken }: QueueMessageRequest,
): Promise<MessageContent> {
  if (expiration < 0) throw invalid("expiration", "must be milliseconds");
  const sent = data === "" ? {} : parseJsonText(data, { field: "data" });
  const traceparent = traceparentOf({ traceid, spanid });
  return {
    data: striptoken ? sent : await signed(identity, call, sent),
    expiryMs: expiration === 0 ? expiryDefaultMs : expiration,
    ...(correlationId === "" ? {} : { correlationId }),
    ...(replyto === "" ? {} : { replyTo: nameOf(replyto) }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/** Who sends travels with the message, with a token of minutes that is good for less than the sender is. */
async function signed(identity: Identity, call: Call, data: unknown): Promise<unknown> {
  if (typeof data !== "object" || data === null || Array.isArray(data) || call.credentialId === undefined)
    return data;
  const [{ text }, user] = await Promise.all([
    identity.signToken(call, { scopes: forwardedScopes }),
    userOf(identity, call),
  ]);
  return { ...data, __jwt: text, __user: user };
}

function kindOf(algorithm: string): ExchangeKind | undefined {
  const word = algorithm.toLowerCase();
  if (word === "") return undefined;
  const kind = exchangeKinds.find((each) => each === word || `${each}s` === word);
  if (kind === undefined) throw invalid("algorithm", `must be one of ${exchangeKinds.join(", ")}`);
  return kind;
}

/** Case does not count in the names of queues and exchanges, but in those that the house invents. */
function nameOf(name: string): string {
  return name.startsWith(privatePrefix) ? name : name.toLowerCase();
}
