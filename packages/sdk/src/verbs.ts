import type { ClientTypes, Operation, Pages } from "@millrace/contract/shapes.ts";
import { verbs, type Verbs } from "@millrace/contract/verbs.ts";
import type { Ask, CallOptions, Calls, Download } from "./calls.ts";
import type { Content } from "./transport.ts";

/** An argument whose JSON was made when it was given: what its caller does to it afterwards changes nothing. */
export class MadeJson {
  readonly text: string;
  readonly idempotencyKey: unknown;

  /** Throws what `JSON.stringify` throws. */
  constructor(given: unknown) {
    this.text = JSON.stringify(given ?? {});
    this.idempotencyKey = (given as { idempotencyKey?: unknown } | null | undefined)?.idempotencyKey;
  }
}

/** What a client brings into the contract's signatures. */
export interface SdkTypes extends ClientTypes {
  options: CallOptions;
  content: Content;
  download: Download;
}

export type ApiVerbs = Verbs<SdkTypes>;

type Query = Record<string, unknown>;
type ItemsPage = { items: unknown[]; nextCursor?: string };

/** Repeating these with the same lease number gives the same answer. */
const finishing = new Set(["finishItem", "finishItems", "extendLease"]);
const noOptions: CallOptions = {};

/** Every operation of the contract as a function that sends it. */
export function createVerbs(calls: Calls): ApiVerbs {
  const entries = Object.entries(verbs).map(([name, operation]) => [name, verbOf(name, operation, calls)]);
  return Object.fromEntries(entries) as ApiVerbs;
}

function verbOf(name: string, operation: Operation, calls: Calls): (...args: unknown[]) => unknown {
  const pieces = operation.path.split(/\{\w+\}/);
  const ask = (args: unknown[]) => askOf({ name, operation, pieces }, args);
  if (operation.reply === "stream") return (...args) => calls.download(ask(args));
  if (operation.reply === "items") {
    return async (...args) => ((await calls.json(ask(args))) as ItemsPage).items;
  }
  if (operation.reply !== "page") return (...args) => calls.json(ask(args));
  const at = pieces.length - 1 + (operation.body !== "none" && operation.query ? 1 : 0);
  return (...args) =>
    pagesOf((cursor) => calls.json(ask(withCursor(args, at, cursor))) as Promise<ItemsPage>);
}

function withCursor(args: unknown[], at: number, cursor: string | undefined): unknown[] {
  if (cursor === undefined) return args;
  const all = [...args];
  all[at] = { ...(all[at] as Query | undefined), cursor };
  return all;
}

interface Described {
  name: string;
  operation: Operation;
  /** The path's fixed parts, between its parameters. */
  pieces: string[];
}

/** The arguments stand in the order path parameters, body, query, options. */
function askOf({ name, operation, pieces }: Described, args: unknown[]): Ask {
  let path = pieces[0]!;
  let next = 0;
  for (; next < pieces.length - 1; next++) path += pathParameter(name, args[next]) + pieces[next + 1];
  const given = operation.body === "none" ? undefined : args[next++];
  const query = operation.query ? args[next++] : undefined;
  const options = (args[next] as CallOptions | undefined) ?? noOptions;
  return {
    operation,
    path: query === undefined ? path : path + searchOf(query as Query),
    body: bodyOf(operation, given),
    repeatable: operation.method === "GET" || finishing.has(name) || hasKey(given),
    options,
    waitMs: operation.waits ? waitMsOf(given ?? query) : 0,
  };
}

/** An empty parameter would make another path of it. */
function pathParameter(name: string, value: unknown): string {
  if (typeof value !== "string" || value === "") throw new TypeError(`${name}: a name or id is missing`);
  return encodeURIComponent(value);
}

function bodyOf({ body }: Operation, given: unknown): Content | undefined {
  if (body === "none") return undefined;
  if (body === "stream") return given as Content;
  if (given instanceof MadeJson) return given.text;
  if (body !== "items") return JSON.stringify(given ?? {});
  if (!Array.isArray(given) || !(given[0] instanceof MadeJson)) return JSON.stringify({ items: given });
  return `{"items":[${(given as MadeJson[]).map(({ text }) => text).join(",")}]}`;
}

/** `?a=1&b=2&b=3`; what is undefined is left out. */
export function searchOf(query: Query): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined) pairs.push(`${name}=${encodeURIComponent(String(each))}`);
    }
  }
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function hasKey(given: unknown): boolean {
  if (Array.isArray(given)) return given.length > 0 && given.every(hasKey);
  return (
    typeof given === "object" &&
    given !== null &&
    "idempotencyKey" in given &&
    given.idempotencyKey !== undefined
  );
}

function waitMsOf(given: unknown): number {
  const { waitMs } = (given ?? {}) as { waitMs?: unknown };
  return typeof waitMs === "number" ? waitMs : 0;
}

/** The first page as a promise, and every member of all pages as an iterator. */
function pagesOf(get: (cursor: string | undefined) => Promise<ItemsPage>): Pages<ItemsPage> {
  const first = get(undefined);
  async function* members(): AsyncGenerator {
    for (let page = await first; ;) {
      yield* page.items;
      if (page.nextCursor === undefined) return;
      page = await get(page.nextCursor);
    }
  }
  return Object.assign(first, { [Symbol.asyncIterator]: members });
}
