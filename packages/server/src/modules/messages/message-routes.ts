import { Type } from "@sinclair/typebox";
import { route, type Route } from "../../kit/route.ts";
import { MessageContentSchema, MessageSchema, namePattern } from "./model.ts";
import { leaseMsMax, receivedAtOnceMax, waitMsMax } from "./receiving.ts";
import { requestTimeoutMsMax } from "./requests.ts";
import { publishedAtOnceMax } from "./sending.ts";
import type { Messages } from "./service.ts";

const batchBytesMax = 32 * 1024 * 1024;
const closed = { additionalProperties: false } as const;
const Name = Type.String({ pattern: namePattern });
const QueueParams = Type.Object({ messageQueue: Name });
const SentSchema = Type.Object({
  id: Type.String(),
  queueCount: Type.Integer({ description: "Into how many message queues it was put" }),
});
const ReceivedSchema = Type.Object({
  receipt: Type.String({ description: "Names this handing out, which is ended by it" }),
  message: MessageSchema,
  deliveries: Type.Integer({ description: "How often it was handed out, this time included" }),
  publishedAt: Type.Optional(Type.String()),
});
const ReceiveSchema = Type.Object(
  {
    count: Type.Optional(
      Type.Integer({ minimum: 1, maximum: receivedAtOnceMax, description: "1 if left out" }),
    ),
    waitMs: Type.Optional(
      Type.Integer({ minimum: 0, maximum: waitMsMax, description: "How long to wait for the first one" }),
    ),
    leaseMs: Type.Optional(
      Type.Integer({
        minimum: 1_000,
        maximum: leaseMsMax,
        description: "Then each goes back; a minute if left out",
      }),
    ),
  },
  closed,
);
const {
  correlationId: _id,
  replyTo: _reply,
  delayMs: _delay,
  ...requested
} = MessageContentSchema.properties;
const RequestSchema = Type.Object(
  {
    ...requested,
    timeoutMs: Type.Integer({ minimum: 1, maximum: requestTimeoutMsMax, description: "How long to wait" }),
  },
  closed,
);
const ToExchangeSchema = Type.Composite(
  [
    MessageContentSchema,
    Type.Object({
      routingKey: Type.Optional(Type.String({ maxLength: 255 })),
      mandatory: Type.Optional(
        Type.Boolean({ description: "false: that the exchange leads to no message queue is no error" }),
      ),
    }),
  ],
  closed,
);
const EndSchema = Type.Object(
  {
    receipt: Type.String({ maxLength: 300 }),
    ending: Type.Union([Type.Literal("acknowledge"), Type.Literal("reject"), Type.Literal("requeue")]),
  },
  closed,
);

const onQueue = {
  tag: "messages",
  access: { kind: "object", of: "message_queue", right: "invoke" },
  scope: "messages:write",
  method: "POST",
} as const;

/** Messages in and out over REST. */
export function messageRoutes(messages: Messages): Route[] {
  return [...sendingRoutes(messages), ...receivingRoutes(messages)];
}

function sendingRoutes(messages: Messages): Route[] {
  return [
    route({
      ...onQueue,
      path: "/message-queues/:messageQueue/messages",
      operation: "publish",
      summary: "Send a message to a message queue",
      schemas: { params: QueueParams, body: MessageContentSchema },
      replies: { 201: SentSchema },
      run: (call, { params, body }) => messages.publish(call, { queue: params.messageQueue }, body),
    }),
    route({
      ...onQueue,
      path: "/message-queues/:messageQueue/messages/batch",
      operation: "publishMany",
      summary: "Send several messages to a message queue, in their order",
      bodyLimitBytes: batchBytesMax,
      schemas: {
        params: QueueParams,
        body: Type.Object(
          { items: Type.Array(MessageContentSchema, { minItems: 1, maxItems: publishedAtOnceMax }) },
          closed,
        ),
      },
      replies: { 201: Type.Object({ items: Type.Array(SentSchema) }) },
      run: async (call, { params, body }) => ({
        items: await messages.publishMany(call, { queue: params.messageQueue }, body.items),
      }),
    }),
    route({
      ...onQueue,
      path: "/message-queues/:messageQueue/requests",
      operation: "request",
      summary: "Send a message and wait for the reply to it",
      waits: true,
      schemas: { params: QueueParams, body: RequestSchema },
      replies: { 200: MessageSchema },
      run: (call, { params, body: { timeoutMs, ...content } }) =>
        messages.request(call, { queue: params.messageQueue }, content, { timeoutMs }),
    }),
    route({
      ...onQueue,
      access: { kind: "object", of: "exchange", right: "invoke" },
      path: "/exchanges/:exchange/messages",
      operation: "publishToExchange",
      summary: "Send a message through an exchange",
      schemas: { params: Type.Object({ exchange: Name }), body: ToExchangeSchema },
      replies: { 201: SentSchema },
      run: (call, { params, body: { routingKey, mandatory, ...content } }) => {
        const key = routingKey === undefined ? {} : { routingKey };
        const target = {
          exchange: params.exchange,
          ...key,
          ...(mandatory === undefined ? {} : { mandatory }),
        };
        return messages.publish(call, target, content);
      },
    }),
  ];
}

function receivingRoutes(messages: Messages): Route[] {
  return [
    route({
      ...onQueue,
      path: "/message-queues/:messageQueue/receive",
      operation: "receive",
      summary: "Take messages for a time; may wait for the first one",
      waits: true,
      schemas: { params: QueueParams, body: ReceiveSchema },
      replies: { 200: Type.Object({ items: Type.Array(ReceivedSchema) }) },
      run: async (call, { params, body }) => ({
        items: await messages.receive(call, params.messageQueue, body),
      }),
    }),
    route({
      ...onQueue,
      path: "/message-queues/:messageQueue/end",
      operation: "endReceived",
      summary: "End what was received: acknowledge, reject or requeue it",
      schemas: { params: QueueParams, body: EndSchema },
      replies: { 204: Type.Null() },
      run: (call, { params, body }) =>
        messages.endReceived(call, params.messageQueue, body.receipt, body.ending),
    }),
  ];
}
