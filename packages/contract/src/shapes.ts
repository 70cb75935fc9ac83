import type { operations } from "./openapi.ts";

export type OperationName = keyof operations;

type JsonOf<T> = T extends { content: { "application/json": infer Body } } ? Body : never;
type Responses<Name extends OperationName> = operations[Name]["responses"];

/** What an operation takes as its JSON body. */
export type BodyOf<Name extends OperationName> = operations[Name] extends { requestBody: infer Request }
  ? JsonOf<Request>
  : never;

/** What an operation takes in its query. */
export type QueryOf<Name extends OperationName> = NonNullable<operations[Name]["parameters"]["query"]>;

/** What an operation answers when it went well. */
export type ReplyOf<Name extends OperationName> = JsonOf<
  Responses<Name>[keyof Responses<Name> & (200 | 201 | 202)]
>;

/** A page of a list: awaited, it is that page; iterated, it is every member of it and of all pages after it. */
export interface Pages<Page extends { items: unknown[] }>
  extends Promise<Page>,
    AsyncIterable<Page["items"][number]> {}

/** How one operation goes over the wire. */
export interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With the prefix; parameters as `{name}`, in the order of the verb's arguments. */
  readonly path: string;
  /** `items`: a list that travels as `{items: [...]}`. */
  readonly body: "none" | "json" | "items" | "stream";
  readonly query: boolean;
  /** `page`: a list that may go on after `nextCursor`; the cursor goes into the query, else into the body. */
  readonly reply: "none" | "json" | "items" | "page" | "stream";
  /** The server may hold the answer back until there is something to say. */
  readonly waits: boolean;
}

/** What a client brings along: the options of a call, and what it uploads and downloads. */
export interface ClientTypes {
  options: unknown;
  content: unknown;
  download: unknown;
}
