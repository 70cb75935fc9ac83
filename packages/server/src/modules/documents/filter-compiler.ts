import type { Call } from "../../kit/call.ts";
import { Coalescer } from "../../kit/coalescer.ts";
import type { Database } from "../../kit/database.ts";
import { type CompiledFilter, compileFilter } from "../query-language/filter.ts";
import * as indexes from "./index-store.ts";
import { withAnyWord } from "./query-store.ts";
import type { Place } from "./store.ts";

/** Where words beyond ASCII stand, the index of words has this mark. */
const mark = "*";
/** Collections looked up with one statement, and questions that may wait for theirs. */
const lookupsAtOnceMax = 500;
const waitingMax = 20_000;

/** Compiles filters with what is known of a collection: which indexed fields hold no lists, which words are indexed. */
export class FilterCompiler {
  readonly #database: Database;
  readonly #lookups: Coalescer<Place, indexes.StoredIndex[]>;

  constructor(database: Database) {
    this.#database = database;
    this.#lookups = new Coalescer({
      name: "looking up indexes",
      write: (places) => lookUp(database, places),
      batchMax: lookupsAtOnceMax,
      waitingMax,
    });
  }

  /** `fields`: what the query names beside its filter. */
  async compile(
    call: Call,
    collection: string,
    filter: unknown = {},
    fields: ReadonlySet<string> = new Set(),
  ): Promise<{ filter: CompiledFilter; scalarFields: ReadonlySet<string> }> {
    compileFilter(filter);
    const reader = this.#database.read(call);
    const place = { tenantId: call.tenantId, collection };
    const ready = (await this.#lookups.submit(place)).filter((index) => index.isReady);
    const named = new Set([...fields, ...fieldsIn(filter)]);
    const indexed = ready
      .filter((index) => index.kind === "fields")
      .flatMap((index) => index.keys.map((key) => key.field))
      .filter((field) => named.has(field));
    const candidates = [...new Set(indexed)];
    const withLists = await indexes.fieldsWithLists(reader, place, candidates);
    const scalarFields = new Set(candidates.filter((field) => !withLists.includes(field)));
    const compiled = compileFilter(filter, { scalarFields });
    const hasText = ready.some((index) => index.kind === "text");
    return { filter: hasText ? withWords(compiled, filter) : compiled, scalarFields };
  }
}

/** Questions that come together share a look; each gets the indexes of its collection. */
async function lookUp(database: Database, places: readonly Place[]): Promise<indexes.StoredIndex[][]> {
  const keyOf = ({ tenantId, collection }: Place) => JSON.stringify([tenantId, collection]);
  const asked = new Map(places.map((place) => [keyOf(place), place]));
  const found = new Map<string, indexes.StoredIndex[]>([...asked.keys()].map((key) => [key, []]));
  for (const index of await indexes.listOf(database, [...asked.values()]))
    found.get(keyOf(index))!.push(index);
  return places.map((place) => found.get(keyOf(place))!);
}

/** Every name in a filter, sort or pipeline: more than its fields, which does no harm. */
export function fieldsIn(input: unknown, found = new Set<string>()): Set<string> {
  if (typeof input === "string") found.add(input.replace(/^[-+$]/, ""));
  else if (Array.isArray(input)) for (const item of input) fieldsIn(item, found);
  else if (typeof input === "object" && input !== null) {
    for (const [key, value] of Object.entries(input)) {
      found.add(key);
      if (typeof value === "object") fieldsIn(value, found);
    }
  }
  return found;
}

/** Lets the index of words narrow a `$text` that every match must meet; memory decides in the end. */
function withWords(compiled: CompiledFilter, filter: unknown): CompiledFilter {
  const words = searchedWords((filter as { $text?: { $search?: unknown } }).$text?.$search);
  if (words === undefined) return compiled;
  return { ...compiled, where: withAnyWord(compiled.where, words) };
}

/** Any of these words stands in every match; undefined where that cannot be said, as with "phrases". */
function searchedWords(search: unknown): string[] | undefined {
  if (typeof search !== "string" || search.includes('"')) return undefined;
  const parts = search
    .toLowerCase()
    .split(/\s+/)
    .filter((part) => !part.startsWith("-"));
  const words = parts.flatMap((part) => part.match(/[\p{L}\p{N}_]+/gu) ?? []);
  return [...words.filter((word) => /^[a-z0-9_]{1,100}$/.test(word)), mark];
}
