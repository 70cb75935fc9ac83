import { isObject, type Json, type JsonObject, own, pointerTo } from "./json.ts";
import { type SchemaBreach, SchemaRun } from "./json-schema-keywords.ts";
import { patternProblem } from "./json-schema-text.ts";

/** A schema that was looked through, ready to judge values. It holds no state. */
export interface Schema {
  /** What is wrong with a value, at most 10 breaches; none where it fits. `meter` counts the steps it takes. */
  check(value: Json, meter?: { steps: number }): SchemaBreach[];
}

export type { SchemaBreach };

export interface SchemaFault {
  /** JSON Pointer within the schema. */
  readonly pointer: string;
  readonly message: string;
}

/**
 * JSON Schema 2020-12 and what older drafts wrote otherwise (`definitions`, lists in `items`, `dependencies`), judged
 * without making code of it and within a budget: schemas come from users, and a few lines of `$ref` can ask for more
 * work than a machine has. References stay within the schema; patterns run in the bounded engine of `@millrace/jq`.
 */
export function compileSchema(schema: Json): { schema: Schema; faults: readonly SchemaFault[] } {
  const faults: SchemaFault[] = [];
  const anchors = new Map<string, Json>();
  const surveyor = new Surveyor(schema, anchors, faults);
  surveyor.visit(schema, "", 0);
  const { tracks } = surveyor;
  return {
    faults,
    schema: { check: (value, meter) => new SchemaRun(schema, anchors, tracks).judge(value, meter) },
  };
}

const nestingMax = 100;
const inEach = [
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
  "dependencies",
];
const inList = ["allOf", "anyOf", "oneOf", "prefixItems"];
const inOne = ["additionalProperties", "unevaluatedProperties", "propertyNames", "unevaluatedItems", "items"];
const inOneMore = ["contains", "additionalItems", "not", "if", "then", "else"];
const kinds = ["null", "boolean", "object", "array", "number", "string", "integer"];

/** Reads a schema once: what it names, and what can never work. */
class Surveyor {
  readonly root: Json;
  readonly anchors: Map<string, Json>;
  readonly faults: SchemaFault[];
  /** Some keyword asks what others have judged. */
  tracks = false;

  constructor(root: Json, anchors: Map<string, Json>, faults: SchemaFault[]) {
    this.root = root;
    this.anchors = anchors;
    this.faults = faults;
  }

  visit(schema: Json | undefined, pointer: string, depth: number): void {
    if (schema === undefined || typeof schema === "boolean") return;
    if (!isObject(schema)) return this.fault(pointer, "a schema is an object, true or false");
    if (depth > nestingMax) return this.fault(pointer, `nested deeper than ${nestingMax}`);
    if ("unevaluatedProperties" in schema || "unevaluatedItems" in schema) this.tracks = true;
    this.names(schema, pointer);
    this.rules(schema, pointer);
    for (const key of inEach) this.each(schema, key, pointer, depth);
    for (const key of inList) this.list(schema, key, pointer, depth);
    for (const key of [...inOne, ...inOneMore]) {
      if (key === "items" && Array.isArray(own(schema, key))) this.list(schema, key, pointer, depth);
      else this.visit(own(schema, key), pointerTo(pointer, key), depth + 1);
    }
  }

  private names(schema: JsonObject, pointer: string): void {
    for (const key of ["$anchor", "$dynamicAnchor"]) {
      const name = own(schema, key);
      if (typeof name === "string") this.anchors.set(`#${name}`, schema);
    }
    for (const key of ["$ref", "$dynamicRef"]) {
      const target = own(schema, key);
      if (target === undefined) continue;
      if (typeof target !== "string") this.fault(pointerTo(pointer, key), "must be a text");
      else if (!target.startsWith("#")) {
        this.fault(pointerTo(pointer, key), `\`${target}\` leads outside of the schema`);
      }
    }
  }

  private rules(schema: JsonObject, pointer: string): void {
    const types = [own(schema, "type") ?? []].flat();
    for (const type of types) {
      if (typeof type !== "string" || !kinds.includes(type)) {
        this.fault(pointerTo(pointer, "type"), `${JSON.stringify(type)} is no type of JSON`);
      }
    }
    const pattern = own(schema, "pattern");
    if (pattern !== undefined) this.pattern(pattern, pointerTo(pointer, "pattern"));
    const byPattern = own(schema, "patternProperties");
    if (!isObject(byPattern)) return;
    for (const key of Object.keys(byPattern)) {
      this.pattern(key, pointerTo(pointerTo(pointer, "patternProperties"), key));
    }
  }

  private pattern(pattern: Json, pointer: string): void {
    const problem = typeof pattern === "string" ? patternProblem(pattern) : "must be a text";
    if (problem !== null) this.fault(pointer, problem);
  }

  private each(schema: JsonObject, key: string, pointer: string, depth: number): void {
    const parts = own(schema, key);
    if (parts === undefined) return;
    const at = pointerTo(pointer, key);
    if (!isObject(parts)) return this.fault(at, "must be an object");
    for (const name of Object.keys(parts)) {
      if (Array.isArray(parts[name])) continue;
      this.visit(parts[name], pointerTo(at, name), depth + 1);
    }
  }

  private list(schema: JsonObject, key: string, pointer: string, depth: number): void {
    const parts = own(schema, key);
    if (parts === undefined) return;
    const at = pointerTo(pointer, key);
    if (!Array.isArray(parts)) return this.fault(at, "must be a list");
    parts.forEach((part, position) => this.visit(part, pointerTo(at, position), depth + 1));
  }

  private fault(pointer: string, message: string): void {
    this.faults.push({ pointer, message });
  }
}
