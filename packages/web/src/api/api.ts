import type { Client } from "@millrace/sdk";
import { createApi, type BaseQueryFn } from "@reduxjs/toolkit/query/react";
import { client, problemOf, type Problem } from "./client.ts";

/** What the server hints at; a query that shows something of a topic is asked again when it may have news. */
export const topics = [
  "identity",
  "documents",
  "files",
  "queues",
  "work_items",
  "messages",
  "packages",
  "jobs",
  "runners",
  "workflows",
  "runs",
] as const;
export type Topic = (typeof topics)[number];

type Verb = (client: Client) => PromiseLike<unknown>;

/** A question is a verb of the SDK; it fails with problem details. */
const askServer: BaseQueryFn<Verb, unknown, Problem> = async (verb) => {
  try {
    return { data: (await verb(client)) ?? null };
  } catch (error) {
    return { error: problemOf(error) };
  }
};

/** The store's copy of what the server holds; each area adds its questions and changes. */
export const api = createApi({
  reducerPath: "api",
  baseQuery: askServer,
  tagTypes: [...topics, "session"],
  keepUnusedDataFor: 120,
  endpoints: () => ({}),
});

/** A question or change that is one verb: what the verb takes and answers is what the hook takes and answers. */
export function verb<Taken, Answer>(
  act: (client: Client, taken: Taken) => PromiseLike<Answer>,
): { query: (taken: Taken) => Verb } {
  return { query: (taken) => (client) => act(client, taken) };
}
