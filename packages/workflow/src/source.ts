import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Document } from "yaml";
import { type Json, type JsonObject, pointerKeys, pointerTo } from "./json.ts";
import type { Place, Problem } from "./problem.ts";

/** Longer texts are refused. */
export const textMax = 500_000;
/** Values of a definition in all, what stands behind aliases counted each time. */
export const valuesMax = 100_000;
/** How deep a definition may be nested. */
export const nestingMax = 100;

/** The text of a definition as YAML or JSON, with the places of its values. */
export interface Source {
  readonly text: string;
  /** The whole value; null where the text could not be read. */
  readonly value: Json;
  readonly problems: readonly Problem[];
  /** Comments, order and places, for an editor that changes the text. */
  readonly document: Document;
  /** Where the value at a JSON Pointer stands, or the nearest part around it; `key` asks for its key instead. */
  place(pointer: string, of?: "key" | "value"): Place;
  /** Where a character of a text value stands, counted from 0. */
  placeIn(pointer: string, offset: number): Place;
}

/** Reads YAML 1.2 or JSON. What is wrong with the text itself comes out as problems. */
export function readSource(text: string): Source {
  const lines = new LineCounter();
  const isTooLong = text.length > textMax;
  const document = parseDocument(isTooLong ? "" : text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: "silent",
    maxAliasCount: 100,
  } as Parameters<typeof parseDocument>[1]);
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems: Problem[] = [];
  const report = (code: string, pointer: string, offset: number, message: string): void => {
    problems.push({ severity: "error", code, pointer, message, ...placeAt(offset) });
  };
  if (isTooLong) report("size", "", 0, `the text is longer than ${textMax} characters`);
  for (const error of document.errors) report("yaml", "", error.pos[0], sentence(error.message));
  const value = problems.length > 0 ? null : new Reader(document, report).read(document.contents, "", 0);
  return {
    text,
    value: problems.length > 0 ? null : value,
    problems,
    document,
    place: (pointer, of = "value") => placeAt(offsetOf(document, pointer, of)),
    placeIn: (pointer, offset) => placeAt(offsetIn(text, find(document, pointer).node, offset)),
  };
}

function sentence(message: string): string {
  const first = message.split("\n")[0]!.trim();
  return first.charAt(0).toLowerCase() + first.slice(1);
}

type Report = (code: string, pointer: string, offset: number, message: string) => void;

/** Makes JSON of a YAML tree; follows aliases, and stops where they multiply. */
class Reader {
  readonly document: Document;
  readonly report: Report;
  left = valuesMax;
  isStopped = false;

  constructor(document: Document, report: Report) {
    this.document = document;
    this.report = report;
  }

  read(node: unknown, pointer: string, depth: number): Json {
    const at = (node as Node | null)?.range?.[0] ?? 0;
    this.left -= 1;
    if (this.left < 0) return this.stop(pointer, at, `the definition has more than ${valuesMax} values`);
    if (depth > nestingMax)
      return this.stop(pointer, at, `the definition is nested deeper than ${nestingMax}`);
    if (isAlias(node)) return this.read(node.resolve(this.document) ?? null, pointer, depth + 1);
    if (isSeq(node)) {
      return node.items.map((item, position) => this.read(item, pointerTo(pointer, position), depth + 1));
    }
    if (isMap(node)) return this.map(node.items, pointer, depth);
    return isScalar(node) ? this.scalar(node.value, pointer, at) : null;
  }

  private map(items: readonly { key: unknown; value: unknown }[], pointer: string, depth: number): Json {
    const object: JsonObject = {};
    for (const { key: keyNode, value } of items) {
      if (this.isStopped) break;
      const at = (keyNode as Node | null)?.range?.[0] ?? 0;
      const key = isScalar(keyNode) ? String(keyNode.value) : "";
      if (!isScalar(keyNode)) this.report("yaml", pointer, at, "a key must be a plain text");
      else if (key === "__proto__") this.report("key", pointer, at, "`__proto__` cannot be a key");
      else if (Object.hasOwn(object, key))
        this.report("duplicate", pointer, at, `\`${key}\` stands here twice`);
      else object[key] = this.read(value, pointerTo(pointer, key), depth + 1);
    }
    return object;
  }

  private scalar(value: unknown, pointer: string, at: number): Json {
    if (value === undefined) return null;
    if (value === null || typeof value === "boolean" || typeof value === "string") return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (typeof value === "number" || typeof value === "bigint") {
      this.report("yaml", pointer, at, "this number has no place in JSON");
    } else this.report("yaml", pointer, at, "this kind of value has no place in JSON");
    return null;
  }

  private stop(pointer: string, at: number, message: string): null {
    if (!this.isStopped) this.report("size", pointer, at, message);
    this.isStopped = true;
    return null;
  }
}

interface Found {
  readonly key: Node | null;
  readonly node: Node | null;
}

/** The tree's part at a pointer, or the innermost one around it that exists. */
function find(document: Document, pointer: string): Found {
  let found: Found = { key: null, node: document.contents };
  for (const key of pointerKeys(pointer)) {
    let node: Node | null = found.node;
    if (isAlias(node)) node = node.resolve(document) ?? null;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
      if (pair === undefined) return found;
      found = { key: pair.key as Node, node: (pair.value as Node | null) ?? (pair.key as Node) };
    } else if (isSeq(node)) {
      const item = node.items[Number(key)];
      if (item === undefined) return found;
      found = { key: null, node: item as Node };
    } else return found;
  }
  return found;
}

function offsetOf(document: Document, pointer: string, of: "key" | "value"): number {
  const { key, node } = find(document, pointer);
  const part = of === "key" ? (key ?? node) : node;
  return part?.range?.[0] ?? 0;
}

/** Where a character of a scalar stands in the text; its beginning where escapes or folds moved it. */
function offsetIn(text: string, node: Node | null, offset: number): number {
  const [start, end] = node?.range ?? [0, 0];
  if (!isScalar(node) || typeof node.value !== "string") return start;
  const raw = text.slice(start, end);
  const whole = raw.indexOf(node.value);
  if (whole >= 0) return start + whole + offset;
  const before = node.value.slice(0, offset).split("\n");
  const rows = raw.split("\n");
  const first = rows.findIndex((row) => row.trim() === node.value!.toString().split("\n")[0]!.trim());
  const row = first < 0 ? undefined : rows[first + before.length - 1];
  const line = node.value.split("\n")[before.length - 1]!;
  if (row === undefined || !row.includes(line)) return start;
  const skipped = rows.slice(0, first + before.length - 1).join("\n").length + 1;
  return start + skipped + row.indexOf(line) + before.at(-1)!.length;
}
