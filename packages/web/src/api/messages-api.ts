import type { Client } from "@millrace/sdk";
import { api, verb } from "./api.ts";
import type { Acl } from "./documents-api.ts";

export type MessageQueue = Awaited<ReturnType<Client["getMessageQueue"]>>;
export type Exchange = Awaited<ReturnType<Client["listExchanges"]>>[number];
export type NewMessageQueue = Parameters<Client["declareMessageQueue"]>[0];
export type NewExchange = Parameters<Client["declareExchange"]>[0];
export type Received = Awaited<ReturnType<Client["receive"]>>[number];
type Binding = { exchange: string; rule: Parameters<Client["bindMessageQueue"]>[1] };

const queuesMax = 500;

const messagesApi = api.injectEndpoints({
  endpoints: (build) => ({
    messageQueues: build.query<MessageQueue[], void>({
      ...verb((client) => client.listMessageQueues({ limit: queuesMax }).then(({ items }) => items)),
      providesTags: ["messages"],
    }),
    messageQueue: build.query<MessageQueue, string>({
      ...verb((client, name) => client.getMessageQueue(name)),
      providesTags: ["messages"],
    }),
    exchanges: build.query<Exchange[], void>({
      ...verb((client) => client.listExchanges()),
      providesTags: ["messages"],
    }),
    declareMessageQueue: build.mutation<MessageQueue, NewMessageQueue>({
      ...verb((client, queue) => client.declareMessageQueue(queue)),
      invalidatesTags: ["messages"],
    }),
    updateMessageQueue: build.mutation<MessageQueue, { name: string; acl: Acl }>({
      ...verb((client, { name, acl }) => client.updateMessageQueue(name, { acl })),
      invalidatesTags: ["messages"],
    }),
    deleteMessageQueue: build.mutation<void, string>({
      ...verb((client, name) => client.deleteMessageQueue(name)),
      invalidatesTags: ["messages"],
    }),
    declareExchange: build.mutation<Exchange, NewExchange>({
      ...verb((client, exchange) => client.declareExchange(exchange)),
      invalidatesTags: ["messages"],
    }),
    deleteExchange: build.mutation<void, string>({
      ...verb((client, name) => client.deleteExchange(name)),
      invalidatesTags: ["messages"],
    }),
    bind: build.mutation<void, Binding>({
      ...verb((client, { exchange, rule }) => client.bindMessageQueue(exchange, rule)),
      invalidatesTags: ["messages"],
    }),
    unbind: build.mutation<void, Binding>({
      ...verb((client, { exchange, rule }) => client.unbindMessageQueue(exchange, rule)),
      invalidatesTags: ["messages"],
    }),
    publish: build.mutation<unknown, { queue: string; data: unknown }>(
      verb((client, { queue, data }) => client.publish(queue, { data })),
    ),
    /** Takes the next message for a minute; it must be ended. */
    receive: build.mutation<Received | undefined, string>(
      verb((client, queue) =>
        client.receive(queue, { count: 1, waitMs: 3_000, leaseMs: 60_000 }).then(([first]) => first),
      ),
    ),
    endReceived: build.mutation<
      void,
      { queue: string; receipt: string; ending: "acknowledge" | "reject" | "requeue" }
    >(verb((client, { queue, ...end }) => client.endReceived(queue, end))),
  }),
});

export const {
  useMessageQueuesQuery,
  useMessageQueueQuery,
  useExchangesQuery,
  useDeclareMessageQueueMutation,
  useUpdateMessageQueueMutation,
  useDeleteMessageQueueMutation,
  useDeclareExchangeMutation,
  useDeleteExchangeMutation,
  useBindMutation,
  useUnbindMutation,
  usePublishMutation,
  useReceiveMutation,
  useEndReceivedMutation,
} = messagesApi;
