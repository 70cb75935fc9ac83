import { Type } from "@sinclair/typebox";
import { route, type Route } from "../../kit/route.ts";
import { messageRoutes } from "./message-routes.ts";
import {
  BindingRuleSchema,
  ExchangeSchema,
  MessageQueueChangesSchema,
  MessageQueueSchema,
  namePattern,
  NewExchangeSchema,
  NewMessageQueueSchema,
} from "./model.ts";
import type { Messages } from "./service.ts";

const tag = "messages";
const closed = { additionalProperties: false } as const;
const Name = Type.String({ pattern: namePattern });
const QueueParams = Type.Object({ messageQueue: Name });
const ExchangeParams = Type.Object({ exchange: Name });
const PageQuery = Type.Object(
  {
    cursor: Type.Optional(Name),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  closed,
);
const BindingSchema = Type.Composite([Type.Object({ queue: Name }), BindingRuleSchema], closed);

const onQueue = (right: "read" | "update" | "delete") => ({
  tag,
  access: { kind: "object", of: "message_queue", right } as const,
  scope: right === "read" ? "messages:read" : "messages:write",
});
const onExchange = (right: "read" | "delete" | "invoke") => ({
  tag,
  access: { kind: "object", of: "exchange", right } as const,
  scope: right === "read" ? "messages:read" : "messages:write",
});

/** The REST face of messages. */
export function messagesRoutes(messages: Messages): Route[] {
  return [...queueRoutes(messages), ...exchangeRoutes(messages), ...messageRoutes(messages)];
}

function queueRoutes(messages: Messages): Route[] {
  return [
    route({
      tag,
      access: { kind: "signed_in" },
      scope: "messages:write",
      method: "POST",
      path: "/message-queues",
      operation: "declareMessageQueue",
      summary: "Make a message queue, unless it is there",
      schemas: { body: NewMessageQueueSchema },
      replies: { 200: MessageQueueSchema },
      run: (call, { body }) => messages.declareQueue(call, body),
    }),
    route({
      tag,
      access: { kind: "signed_in" },
      scope: "messages:read",
      method: "GET",
      path: "/message-queues",
      operation: "listMessageQueues",
      summary: "List the message queues you may read",
      schemas: { query: PageQuery },
      replies: {
        200: Type.Object({ items: Type.Array(MessageQueueSchema), nextCursor: Type.Optional(Type.String()) }),
      },
      run: (call, { query }) => messages.listQueues(call, query.cursor, query.limit),
    }),
    route({
      ...onQueue("read"),
      method: "GET",
      path: "/message-queues/:messageQueue",
      operation: "getMessageQueue",
      summary: "Show a message queue",
      schemas: { params: QueueParams },
      replies: { 200: MessageQueueSchema },
      run: (call, { params }) => messages.getQueue(call, params.messageQueue),
    }),
    route({
      ...onQueue("update"),
      method: "PATCH",
      path: "/message-queues/:messageQueue",
      operation: "updateMessageQueue",
      summary: "Change some of a message queue's settings",
      schemas: { params: QueueParams, body: MessageQueueChangesSchema },
      replies: { 200: MessageQueueSchema },
      run: (call, { params, body }) => messages.updateQueue(call, params.messageQueue, body),
    }),
    route({
      ...onQueue("delete"),
      method: "DELETE",
      path: "/message-queues/:messageQueue",
      operation: "deleteMessageQueue",
      summary: "Delete a message queue with all that lies in it",
      schemas: { params: QueueParams },
      replies: { 204: Type.Null() },
      run: (call, { params }) => messages.deleteQueue(call, params.messageQueue),
    }),
  ];
}

function exchangeRoutes(messages: Messages): Route[] {
  return [
    route({
      tag,
      access: { kind: "signed_in" },
      scope: "messages:write",
      method: "POST",
      path: "/exchanges",
      operation: "declareExchange",
      summary: "Make an exchange, unless it is there",
      schemas: { body: NewExchangeSchema },
      replies: { 200: ExchangeSchema },
      run: (call, { body }) => messages.declareExchange(call, body),
    }),
    route({
      tag,
      access: { kind: "signed_in" },
      scope: "messages:read",
      method: "GET",
      path: "/exchanges",
      operation: "listExchanges",
      summary: "List the exchanges you may read, with their bindings",
      schemas: {},
      replies: { 200: Type.Object({ items: Type.Array(ExchangeSchema) }) },
      run: async (call) => ({ items: await messages.listExchanges(call) }),
    }),
    route({
      ...onExchange("read"),
      method: "GET",
      path: "/exchanges/:exchange",
      operation: "getExchange",
      summary: "Show an exchange with its bindings",
      schemas: { params: ExchangeParams },
      replies: { 200: ExchangeSchema },
      run: (call, { params }) => messages.getExchange(call, params.exchange),
    }),
    route({
      ...onExchange("delete"),
      method: "DELETE",
      path: "/exchanges/:exchange",
      operation: "deleteExchange",
      summary: "Delete an exchange with its bindings",
      schemas: { params: ExchangeParams },
      replies: { 204: Type.Null() },
      run: (call, { params }) => messages.deleteExchange(call, params.exchange),
    }),
    ...bindingRoutes(messages),
  ];
}

function bindingRoutes(messages: Messages): Route[] {
  return [
    route({
      ...onExchange("invoke"),
      method: "POST",
      path: "/exchanges/:exchange/bind",
      operation: "bindMessageQueue",
      summary: "Lead messages of the exchange to a message queue, too",
      schemas: { params: ExchangeParams, body: BindingSchema },
      replies: { 204: Type.Null() },
      run: (call, { params, body: { queue, ...rule } }) => messages.bind(call, params.exchange, queue, rule),
    }),
    route({
      ...onExchange("invoke"),
      method: "POST",
      path: "/exchanges/:exchange/unbind",
      operation: "unbindMessageQueue",
      summary: "Take a binding back, said with the same rule",
      schemas: { params: ExchangeParams, body: BindingSchema },
      replies: { 204: Type.Null() },
      run: (call, { params, body: { queue, ...rule } }) =>
        messages.unbind(call, params.exchange, queue, rule),
    }),
  ];
}
