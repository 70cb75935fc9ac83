import type { Item } from "@millrace/sdk";
import { api, verb } from "./api.ts";

const failuresOfAQueueMax = 5;

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
  }),
});

export const { useLatestFailuresQuery } = workItemsApi;
