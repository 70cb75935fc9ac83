import type { Client, Item, NewItem, NewQueue, Queue } from "@millrace/sdk";
import { api, verb } from "./api.ts";

export type ItemState = Item["state"];
export type ItemPage = Awaited<ReturnType<Client["listItems"]>>;
export type ItemEvent = Awaited<ReturnType<Client["itemHistory"]>>[number];
export type ItemFile = Awaited<ReturnType<Client["listItemFiles"]>>[number];
export type QueueSettings = Parameters<Client["updateQueue"]>[1];
export type QueueVersion = Awaited<ReturnType<Client["listQueueVersions"]>>["items"][number];
export type Bulk = Awaited<ReturnType<Client["requeueItems"]>>;
export type Purge = Parameters<Client["purgeQueue"]>[1]["what"];

const failuresOfAQueueMax = 5;
const itemsOfAPage = 50;
const versionsMax = 50;

const workItemsApi = api.injectEndpoints({
  endpoints: (build) => ({
    /** Of each of these queues the items that failed last. */
    latestFailures: build.query<{ queue: string; item: Item }[], string[]>({
      ...verb(async (client, queues) => {
        const query = { state: ["failed" as const, "abandoned" as const], limit: failuresOfAQueueMax };
        const pages = await Promise.all(queues.map((queue) => client.listItems(queue, query)));
        return pages.flatMap(({ items }, index) => items.map((item) => ({ queue: queues[index]!, item })));
      }),
      providesTags: ["work_items"],
    }),
    queue: build.query<Queue, string>({
      ...verb((client, queue) => client.getQueue(queue)),
      providesTags: ["queues"],
    }),
    items: build.query<ItemPage, { queue: string; state?: ItemState[]; cursor?: string }>({
      ...verb((client, { queue, ...query }) => client.listItems(queue, { ...query, limit: itemsOfAPage })),
      providesTags: ["work_items"],
    }),
    item: build.query<Item, string>({
      ...verb((client, item) => client.getItem(item)),
      providesTags: ["work_items"],
    }),
    itemHistory: build.query<ItemEvent[], string>({
      ...verb((client, item) => client.itemHistory(item)),
      providesTags: ["work_items"],
    }),
    itemFiles: build.query<ItemFile[], string>({
      ...verb((client, item) => client.listItemFiles(item)),
      providesTags: ["work_items", "files"],
    }),
    queueVersions: build.query<QueueVersion[], string>({
      ...verb((client, queue) =>
        client.listQueueVersions(queue, { limit: versionsMax }).then(({ items }) => items),
      ),
      providesTags: ["queues"],
    }),
  }),
});

const queueChanges = api.injectEndpoints({
  endpoints: (build) => ({
    createQueue: build.mutation<Queue, NewQueue>({
      ...verb((client, queue) => client.createQueue(queue)),
      invalidatesTags: ["queues"],
    }),
    updateQueue: build.mutation<Queue, { queue: string; settings: QueueSettings; version: number }>({
      ...verb((client, { queue, settings, version }) => client.updateQueue(queue, settings, { version })),
      invalidatesTags: ["queues"],
    }),
    pauseQueue: build.mutation<Queue, string>({
      ...verb((client, queue) => client.pauseQueue(queue)),
      invalidatesTags: ["queues"],
    }),
    resumeQueue: build.mutation<Queue, string>({
      ...verb((client, queue) => client.resumeQueue(queue)),
      invalidatesTags: ["queues"],
    }),
    restoreQueueVersion: build.mutation<Queue, { queue: string; version: number }>({
      ...verb((client, { queue, version }) => client.restoreQueueVersion(queue, { version })),
      invalidatesTags: ["queues"],
    }),
    deleteQueue: build.mutation<void, string>({
      ...verb((client, queue) => client.deleteQueue(queue, { purge: true })),
      invalidatesTags: ["queues", "work_items"],
    }),
  }),
});

const itemChanges = api.injectEndpoints({
  endpoints: (build) => ({
    pushItem: build.mutation<{ id: string }, { queue: string; item: NewItem }>({
      ...verb((client, { queue, item }) => client.pushItem(queue, item)),
      invalidatesTags: ["work_items"],
    }),
    requeueItem: build.mutation<void, string>({
      ...verb((client, item) => client.requeueItem(item)),
      invalidatesTags: ["work_items"],
    }),
    deleteItem: build.mutation<void, string>({
      ...verb((client, item) => client.deleteItem(item)),
      invalidatesTags: ["work_items"],
    }),
    /** Each by itself, in turn: what fails is said and the others go on. */
    changeItems: build.mutation<void, { items: string[]; act: "requeueItem" | "deleteItem" }>({
      ...verb(async (client, { items, act }) => {
        let failure: unknown;
        for (const item of items) await client[act](item).catch((error: unknown) => (failure ??= error));
        if (failure !== undefined) throw failure;
      }),
      invalidatesTags: ["work_items"],
    }),
    requeueItems: build.mutation<Bulk, { queue: string; state: "failed" | "abandoned" }>({
      ...verb((client, { queue, state }) => client.requeueItems(queue, { state })),
      invalidatesTags: ["work_items"],
    }),
    purgeQueue: build.mutation<Bulk, { queue: string; what: Purge }>({
      ...verb((client, { queue, what }) => client.purgeQueue(queue, { what })),
      invalidatesTags: ["work_items"],
    }),
  }),
});

export const {
  useLatestFailuresQuery,
  useQueueQuery,
  useItemsQuery,
  useItemQuery,
  useItemHistoryQuery,
  useItemFilesQuery,
  useQueueVersionsQuery,
} = workItemsApi;
export const {
  useCreateQueueMutation,
  useUpdateQueueMutation,
  usePauseQueueMutation,
  useResumeQueueMutation,
  useRestoreQueueVersionMutation,
  useDeleteQueueMutation,
} = queueChanges;
export const {
  usePushItemMutation,
  useRequeueItemMutation,
  useDeleteItemMutation,
  useChangeItemsMutation,
  useRequeueItemsMutation,
  usePurgeQueueMutation,
} = itemChanges;
