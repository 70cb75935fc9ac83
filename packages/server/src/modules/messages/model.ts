import { Type, type Static } from "@sinclair/typebox";
import { AclSchema, type Acl } from "../access/model.ts";

/** Names are free text: the brokers never see them. */
export const namePattern = "^[^\\u0000-\\u001f\\u007f]{1,200}$";
/** What invented names begin with; nobody may choose one. */
export const privatePrefix = "private.";

export const dataCharactersMax = 2 * 1024 * 1024;
export const headersMax = 100;
export const headerCharactersMax = 8_192;
export const priorityMost = 9;
export const expiryMsMax = 30 * 86_400_000;
export const delayMsMax = 366 * 86_400_000;
export const prefetchMax = 1_000;
/** Messages that wait in a queue when its maker says nothing, and at most. */
export const lengthMaxDefault = 1_000_000;
const lengthMost = 100_000_000;

const NameSchema = Type.String({ pattern: namePattern, description: "Used once in a tenant" });
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description });

export const DeadLetterSchema = Type.Object(
  {
    queue: Type.Optional(NameSchema),
    exchange: Type.Optional(NameSchema),
    routingKey: Type.Optional(Type.String({ maxLength: 255, description: "Else the message keeps its own" })),
  },
  { additionalProperties: false },
);

/** What may be changed at any time: it is decided here, whatever broker keeps the messages. */
const changeable = {
  description: Type.String({ maxLength: 2_000, description: "For people" }),
  acl: AclSchema,
  expiryMs: nullable(
    Type.Integer({ minimum: 1, maximum: expiryMsMax }),
    "How long a message may wait if it does not say so itself; null for ever",
  ),
  deadLetter: nullable(DeadLetterSchema, "The queue or exchange where what was given up goes on to"),
  deliveriesMax: Type.Integer({
    minimum: 1,
    maximum: 1_000,
    description: "A message handed out this often without an end is given up",
  }),
};
/** What a broker may have to be told when it makes the queue. */
const fixed = {
  kind: Type.Union([Type.Literal("queue"), Type.Literal("stream")], {
    description: "A queue hands each message to one consumer; a stream keeps them for all who read",
  }),
  durable: Type.Boolean({ description: "Messages outlive a restart of the broker" }),
  priorityMax: Type.Integer({
    minimum: 0,
    maximum: priorityMost,
    description: "0: first come, first served",
  }),
  lengthMax: Type.Integer({
    minimum: 1,
    maximum: lengthMost,
    description: "More waiting messages are refused as overloaded",
  }),
  keepMs: nullable(Type.Integer({ minimum: 1_000, maximum: delayMsMax }), "Of a stream: how long"),
  keepMessages: nullable(Type.Integer({ minimum: 1, maximum: lengthMost }), "Of a stream: how many"),
  keepBytes: nullable(Type.Integer({ minimum: 1_024, maximum: 2 ** 50 }), "Of a stream: how much"),
};

export const MessageQueueChangesSchema = Type.Partial(Type.Object(changeable), {
  additionalProperties: false,
});
export const NewMessageQueueSchema = Type.Composite(
  [Type.Object({ name: NameSchema }), Type.Partial(Type.Object({ ...changeable, ...fixed }))],
  { additionalProperties: false },
);

const facts = {
  version: Type.Integer(),
  createdAt: Type.String(),
  createdById: Type.String(),
  modifiedAt: Type.String(),
};
export const MessageQueueSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  ...changeable,
  ...fixed,
  exclusive: Type.Boolean({ description: "Of one consumer session, and gone with it" }),
  ...facts,
});

export const exchangeKinds = ["direct", "fanout", "topic", "header"] as const;
const ExchangeKindSchema = Type.Union(
  exchangeKinds.map((kind) => Type.Literal(kind)),
  { description: "How a message finds its queues" },
);
export const NewExchangeSchema = Type.Object(
  {
    name: NameSchema,
    kind: ExchangeKindSchema,
    description: Type.Optional(changeable.description),
    acl: Type.Optional(AclSchema),
  },
  { additionalProperties: false },
);

const scalar = Type.Union([Type.String({ maxLength: headerCharactersMax }), Type.Number(), Type.Boolean()]);
export const HeadersSchema = Type.Record(Type.String({ maxLength: 200 }), scalar, {
  maxProperties: headersMax,
});

export const BindingRuleSchema = Type.Object(
  {
    routingKey: Type.Optional(
      Type.String({ maxLength: 255, description: "Of a topic: words between dots; * is one, # any number" }),
    ),
    headers: Type.Optional(HeadersSchema),
    match: Type.Optional(
      Type.Union([Type.Literal("all"), Type.Literal("any")], { description: "all if left out" }),
    ),
  },
  { additionalProperties: false },
);
export const BindingSchema = Type.Object({
  queue: Type.String(),
  routingKey: Type.String(),
  headers: HeadersSchema,
  match: Type.Union([Type.Literal("all"), Type.Literal("any")]),
});
export const ExchangeSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: ExchangeKindSchema,
  description: changeable.description,
  acl: AclSchema,
  bindings: Type.Array(BindingSchema),
  ...facts,
});

export const MessageContentSchema = Type.Object(
  {
    data: Type.Optional(Type.Unknown({ description: "Any JSON, at most 2 MiB" })),
    headers: Type.Optional(HeadersSchema),
    correlationId: Type.Optional(Type.String({ maxLength: 255 })),
    replyTo: Type.Optional(
      Type.String({ pattern: namePattern, description: "The message queue for the answer" }),
    ),
    priority: Type.Optional(Type.Integer({ minimum: 0, maximum: priorityMost })),
    expiryMs: Type.Optional(Type.Integer({ minimum: 1, maximum: expiryMsMax })),
    delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: delayMsMax })),
    traceparent: Type.Optional(Type.String({ maxLength: 128, description: "W3C trace context" })),
    tracestate: Type.Optional(Type.String({ maxLength: 512 })),
  },
  { additionalProperties: false },
);

const DeathSchema = Type.Object({ queue: Type.String(), reason: Type.String() });

export const MessageSchema = Type.Object({
  id: Type.String(),
  data: Type.Unknown(),
  headers: HeadersSchema,
  correlationId: Type.Optional(Type.String()),
  replyTo: Type.Optional(Type.String()),
  exchange: Type.Optional(Type.String()),
  routingKey: Type.Optional(Type.String()),
  priority: Type.Integer(),
  expiryMs: Type.Optional(Type.Integer()),
  sender: Type.Object({ id: Type.String(), name: Type.String() }),
  traceparent: Type.Optional(Type.String()),
  tracestate: Type.Optional(Type.String()),
  death: Type.Optional(DeathSchema),
  undeliverable: Type.Optional(DeathSchema),
});

export type DeadLetter = Static<typeof DeadLetterSchema>;
export type NewMessageQueue = Omit<Static<typeof NewMessageQueueSchema>, "name"> & {
  /** Left out only with `exclusive`: a name is invented. */
  name?: string;
  /** Of the session it is declared with, and gone with it. */
  exclusive?: boolean;
};
export type MessageQueueChanges = Static<typeof MessageQueueChangesSchema>;
export type MessageQueueView = Static<typeof MessageQueueSchema>;
export type NewExchange = Static<typeof NewExchangeSchema>;
export type ExchangeView = Static<typeof ExchangeSchema>;
export type ExchangeKind = (typeof exchangeKinds)[number];
export type Headers = Static<typeof HeadersSchema>;
export type BindingRule = Static<typeof BindingRuleSchema>;
/** What a caller sends. */
export type MessageContent = Static<typeof MessageContentSchema>;

/** A message queue as the house knows it. */
export interface MessageQueue extends Omit<MessageQueueView, "exclusive"> {
  tenantId: string;
  /** Of an exclusive queue: who has it, and where that one lives. */
  sessionId: string | null;
  nodeId: string | null;
}

export interface Exchange {
  id: string;
  tenantId: string;
  name: string;
  kind: ExchangeKind;
  description: string;
  acl: Acl;
  version: number;
  createdAt: string;
  createdById: string;
  modifiedAt: string;
}

export interface Binding {
  id: string;
  tenantId: string;
  exchangeId: string;
  queueId: string;
  routingKey: string;
  headers: Headers;
  match: "all" | "any";
}

/** Why a message was given up. */
export type DeathReason = "expired" | "rejected" | "deliveries_used_up" | "queue_gone";

export interface Death {
  /** The queue it lay in. */
  queue: string;
  reason: DeathReason;
}

/** A message as it travels. */
export interface Message {
  id: string;
  /** Any JSON. */
  data: unknown;
  headers: Headers;
  correlationId?: string;
  /** The message queue for the answer, and for the notice that the message could not be delivered. */
  replyTo?: string;
  exchange?: string;
  routingKey?: string;
  priority: number;
  expiryMs?: number;
  /** The principal that sent it. */
  sender: { id: string; name: string };
  traceparent?: string;
  tracestate?: string;
  /** It came through a dead-letter target: what became of it before. */
  death?: Death;
  /** It is no answer but a notice to the sender: the message `correlationId` could not be delivered. */
  undeliverable?: Death;
}

/** Where a reader of a stream begins: what is kept, its last message, what comes, an offset, or a time (ISO 8601). */
export type StreamStart = "first" | "last" | "next" | { offset: number } | { time: string };

/** What a message queue is when its maker says nothing. */
export const messageQueueDefaults = {
  kind: "queue",
  description: "",
  durable: true,
  expiryMs: null,
  deadLetter: null,
  priorityMax: 0,
  lengthMax: lengthMaxDefault,
  deliveriesMax: 20,
  keepMs: null,
  keepMessages: null,
  keepBytes: null,
} as const;
