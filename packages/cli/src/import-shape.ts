import type { NewItem } from "@millrace/sdk";
import { usage } from "./failures.ts";
import type { Source } from "./import-source.ts";
import { textOf } from "./table.ts";
import { defined, type JsonObject } from "./values.ts";

/** How a record becomes an item or a document. */
export interface Shape {
  /** Fields to keep, by the names they get; empty for all of them as they are. */
  mapping: [to: string, from: string][];
  nameField: string | undefined;
  idempotencyField: string | undefined;
  /** Undefined where nothing tells one import from another: its items then have no key. */
  keyPrefix: string | undefined;
}

const nameCharactersMax = 500;
const keyCharactersMax = 200;
const prefixNameMax = 80;

/** `title=Title` or `title`, in any number. */
export function parseMapping(texts: readonly string[]): Shape["mapping"] {
  return texts.map((text) => {
    const at = text.indexOf("=");
    const [to, from] = at < 0 ? [text, text] : [text.slice(0, at), text.slice(at + 1)];
    if (to === "" || from === "") throw usage(`--map: ${JSON.stringify(text)} must be to=from`);
    return [to, from];
  });
}

/**
 * What idempotency keys begin with if the command line does not say: with a field, the source's name; else the digest
 * of its content as well, so that another file under the same name is another import.
 */
export async function defaultPrefix(source: Source, field: string | undefined): Promise<string | undefined> {
  const name = Array.from(source.name === "-" ? "import" : source.name)
    .slice(0, prefixNameMax)
    .join("");
  if (field !== undefined) return name;
  const digest = await source.digest();
  return digest === undefined ? undefined : `${name}:${digest}`;
}

/** The item of a record; throws a text that says why there is none. */
export function itemOf(record: JsonObject, ordinal: number, shape: Shape): NewItem {
  return {
    payload: fieldsOf(record, shape),
    ...defined({ idempotencyKey: keyOf(record, ordinal, shape), name: nameOf(record, shape) }),
  };
}

/** The document of a record. */
export function documentOf(record: JsonObject, shape: Shape): JsonObject {
  if (shape.idempotencyField !== undefined) requireField(record, shape.idempotencyField);
  const name = nameOf(record, shape);
  return { ...fieldsOf(record, shape), ...(name === undefined ? {} : { name }) };
}

/** What the idempotency field of a record is called in its document. */
export function uniqueFieldOf({ mapping, idempotencyField }: Shape): string | undefined {
  if (idempotencyField === undefined || mapping.length === 0) return idempotencyField;
  const [to] = mapping.find(([, from]) => from === idempotencyField) ?? [];
  if (to !== undefined) return to;
  throw usage("--idempotency-field: must be one of the fields that --map keeps");
}

function fieldsOf(record: JsonObject, { mapping }: Shape): JsonObject {
  if (mapping.length === 0) return record;
  return Object.fromEntries(mapping.map(([to, from]) => [to, record[from] ?? null]));
}

function nameOf(record: JsonObject, { nameField }: Shape): string | undefined {
  if (nameField === undefined) return undefined;
  const value = record[nameField];
  if (value === undefined || value === null || value === "") return undefined;
  return textOf(value).slice(0, nameCharactersMax);
}

function keyOf(
  record: JsonObject,
  ordinal: number,
  { idempotencyField, keyPrefix }: Shape,
): string | undefined {
  if (keyPrefix === undefined) return undefined;
  const own =
    idempotencyField === undefined ? String(ordinal) : textOf(requireField(record, idempotencyField));
  const key = `${keyPrefix}:${own}`;
  if (key.length <= keyCharactersMax) return key;
  throw new TypeError(`the idempotency key has more than ${keyCharactersMax} characters`);
}

function requireField(record: JsonObject, field: string): unknown {
  const value = record[field];
  if (value === undefined || value === null || value === "") throw new TypeError(`${field}: is missing`);
  return value;
}
