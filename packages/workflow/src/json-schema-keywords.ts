import { JqError } from "@millrace/jq";
import { equal, isObject, type Json, type JsonObject, own, pointerTo, valueAt, sizeOf } from "./json.ts";
import { hasFormat, patternMatches } from "./json-schema-text.ts";
import { shown } from "./shape.ts";

/** How a value breaks a schema. */
export interface SchemaBreach {
  /** JSON Pointer within the value. */
  readonly pointer: string;
  /** The keyword that it breaks; empty for a schema that is false. */
  readonly keyword: string;
  readonly message: string;
}

/** What is told about one value at most. */
const breachesMax = 10;
/** Keywords looked at for one value. */
const stepsMax = 100_000;
const depthMax = 200;

/** What the keywords of one level have looked at, for the `unevaluated` ones. */
interface Evaluated {
  readonly names: Set<string>;
  items: number;
  readonly positions: Set<number>;
}

/** One schema on one value. */
interface Level {
  readonly schema: JsonObject;
  readonly value: Json;
  readonly pointer: string;
  readonly depth: number;
  readonly seen: Evaluated;
}

class Spent extends Error {}

type Keyword = (argument: Json, level: Level, run: SchemaRun) => boolean;

/** One judgement: what it may still take, and what it found. */
export class SchemaRun {
  readonly root: Json;
  /** What references lead to, as far as it is known. */
  readonly targets: Map<string, Json>;
  breaches: SchemaBreach[] = [];
  left = stepsMax;
  /** The keyword that is being judged. */
  private keyword = "";

  readonly tracks: boolean;

  constructor(root: Json, targets: Map<string, Json>, tracks: boolean) {
    this.root = root;
    this.targets = targets;
    this.tracks = tracks;
  }

  judge(value: Json, meter?: { steps: number }): SchemaBreach[] {
    try {
      this.check(this.root, value, "", 0, nothingSeen());
    } catch (error) {
      const isSpent = error instanceof Spent || (error instanceof JqError && error.kind === "budget");
      if (!isSpent) throw error;
      return [{ pointer: "", keyword: "", message: "judging it takes more steps than a schema may take" }];
    } finally {
      if (meter !== undefined) meter.steps += stepsMax - this.left;
    }
    return this.breaches.slice(0, breachesMax);
  }

  check(schema: Json, value: Json, pointer: string, depth: number, seen: Evaluated): boolean {
    if (typeof schema === "boolean") return schema || this.breach(pointer, "must not be there");
    if (!isObject(schema)) return true;
    if (depth > depthMax) throw new Spent();
    const level: Level = { schema, value, pointer, depth, seen };
    const around = this.keyword;
    let fits = true;
    for (const key of Object.keys(schema)) {
      if (--this.left < 0) throw new Spent();
      this.keyword = key;
      const keyword = Object.hasOwn(keywords, key) ? keywords[key] : undefined;
      if (keyword !== undefined && !keyword(schema[key]!, level, this)) fits = false;
    }
    for (const key of lastKeywords) {
      const argument = own(schema, key);
      this.keyword = key;
      if (argument !== undefined && !unevaluated[key](argument, level, this)) fits = false;
    }
    this.keyword = around;
    return fits;
  }

  /** A schema on the same value; what it looked at counts where it fits. */
  same(schema: Json, level: Level): boolean {
    const seen = this.nothingSeen();
    const fits = this.check(schema, level.value, level.pointer, level.depth + 1, seen);
    if (fits) add(level.seen, seen);
    return fits;
  }

  /** Whether a schema fits, with nothing told where it does not. */
  quietly(schema: Json, level: Level): boolean {
    const before = this.breaches;
    this.breaches = [];
    const fits = this.same(schema, level);
    this.breaches = before;
    return fits;
  }

  part(schema: Json, value: Json, level: Level, key: string | number): boolean {
    return this.check(schema, value, pointerTo(level.pointer, key), level.depth + 1, this.nothingSeen());
  }

  /** A name was judged; kept only where some keyword asks for it. */
  sees(seen: Evaluated, name: string): void {
    if (this.tracks) seen.names.add(name);
  }

  private nothingSeen(): Evaluated {
    return this.tracks ? nothingSeen() : untracked;
  }

  breach(pointer: string, message: string): false {
    if (this.breaches.length < breachesMax) this.breaches.push({ pointer, keyword: this.keyword, message });
    return false;
  }

  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw new Spent();
  }

  target(reference: string): Json | undefined {
    const known = this.targets.get(reference);
    if (known !== undefined) return known;
    const target = valueAt(this.root, decoded(reference.slice(1)));
    if (target !== undefined) this.targets.set(reference, target);
    return target;
  }
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch (error) {
    if (error instanceof URIError) return fragment;
    throw error;
  }
}

/** Stands in where no keyword asks what was judged. */
const untracked: Evaluated = { names: new Set(), items: 0, positions: new Set() };

function nothingSeen(): Evaluated {
  return { names: new Set(), items: 0, positions: new Set() };
}

function add(to: Evaluated, from: Evaluated): void {
  for (const name of from.names) to.names.add(name);
  for (const position of from.positions) to.positions.add(position);
  to.items = Math.max(to.items, from.items);
}

function typeMatches(type: Json, value: Json): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  return type === "integer" ? Number.isInteger(value) : typeof value === type;
}

/** A rule for texts, numbers, lists or objects only; other values pass. */
function onText(fits: (text: string, argument: Json) => boolean, say: (argument: Json) => string): Keyword {
  return (argument, { value, pointer }, run) =>
    typeof value !== "string" || fits(value, argument) || run.breach(pointer, say(argument));
}

function onNumber(fits: (value: number, bound: number) => boolean, say: (argument: Json) => string): Keyword {
  return (argument, { value, pointer }, run) =>
    typeof value !== "number" || fits(value, Number(argument)) || run.breach(pointer, say(argument));
}

function onSize(sizeOf: (value: Json) => number | null, isMax: boolean, what: string): Keyword {
  return (argument, { value, pointer }, run) => {
    const size = sizeOf(value);
    const fits = size === null || (isMax ? size <= Number(argument) : size >= Number(argument));
    return (
      fits || run.breach(pointer, `must have at ${isMax ? "most" : "least"} ${String(argument)} ${what}`)
    );
  };
}

const characters = (value: Json): number | null => (typeof value === "string" ? [...value].length : null);
const members = (value: Json): number | null => (Array.isArray(value) ? value.length : null);
const properties = (value: Json): number | null => (isObject(value) ? Object.keys(value).length : null);

const scalars: Readonly<Record<string, Keyword>> = {
  type: (argument, { value, pointer }, run) => {
    const types = Array.isArray(argument) ? argument : [argument];
    return (
      types.some((type) => typeMatches(type, value)) || run.breach(pointer, `must be ${types.join(" or ")}`)
    );
  },
  const: (argument, { value, pointer }, run) =>
    equal(argument, value) || run.breach(pointer, `must be ${shown(argument)}`),
  enum: (argument, { value, pointer }, run) => {
    const allowed = Array.isArray(argument) ? argument : [];
    run.spend(allowed.length);
    return (
      allowed.some((one) => equal(one, value)) || run.breach(pointer, `must be one of ${shown(allowed)}`)
    );
  },
  minLength: onSize(characters, false, "characters"),
  maxLength: onSize(characters, true, "characters"),
  pattern: (argument, { value, pointer }, run) => {
    if (typeof value !== "string") return true;
    run.spend(100);
    return patternMatches(String(argument), value) || run.breach(pointer, `must match ${String(argument)}`);
  },
  format: onText(
    (text, format) => hasFormat(String(format), text),
    (format) => `must be in the format ${String(format)}`,
  ),
  minimum: onNumber(
    (value, bound) => value >= bound,
    (bound) => `must be ${String(bound)} or more`,
  ),
  maximum: onNumber(
    (value, bound) => value <= bound,
    (bound) => `must be ${String(bound)} or less`,
  ),
  exclusiveMinimum: onNumber(
    (value, bound) => value > bound,
    (bound) => `must be more than ${String(bound)}`,
  ),
  exclusiveMaximum: onNumber(
    (value, bound) => value < bound,
    (bound) => `must be less than ${String(bound)}`,
  ),
  multipleOf: onNumber(
    (value, step) => Number.isInteger(Number((value / step).toPrecision(15))),
    (step) => `must be a multiple of ${String(step)}`,
  ),
  minItems: onSize(members, false, "members"),
  maxItems: onSize(members, true, "members"),
  minProperties: onSize(properties, false, "keys"),
  maxProperties: onSize(properties, true, "keys"),
};

const objects: Readonly<Record<string, Keyword>> = {
  required: (argument, { value, pointer }, run) => {
    if (!isObject(value) || !Array.isArray(argument)) return true;
    const missing = argument.filter((name) => !Object.hasOwn(value, String(name)));
    for (const name of missing) run.breach(pointer, `\`${String(name)}\` is missing`);
    return missing.length === 0;
  },
  properties: (argument, level, run) => {
    const { value, seen } = level;
    if (!isObject(value) || !isObject(argument)) return true;
    let fits = true;
    for (const name of Object.keys(argument)) {
      if (!Object.hasOwn(value, name)) continue;
      run.sees(seen, name);
      if (!run.part(argument[name]!, value[name]!, level, name)) fits = false;
    }
    return fits;
  },
  patternProperties: (argument, level, run) => {
    const { value, seen } = level;
    if (!isObject(value) || !isObject(argument)) return true;
    let fits = true;
    for (const pattern of Object.keys(argument)) {
      for (const name of Object.keys(value)) {
        run.spend(100);
        if (!patternMatches(pattern, name)) continue;
        run.sees(seen, name);
        if (!run.part(argument[pattern]!, value[name]!, level, name)) fits = false;
      }
    }
    return fits;
  },
  additionalProperties: (argument, level, run) => {
    const { schema, value } = level;
    if (!isObject(value)) return true;
    const patterns = Object.keys(own(schema, "patternProperties") ?? {});
    const others = Object.keys(value).filter(
      (name) =>
        own(own(schema, "properties"), name) === undefined &&
        !patterns.some((pattern) => patternMatches(pattern, name)),
    );
    return names(others, argument, level, run);
  },
  propertyNames: (argument, level, run) =>
    !isObject(level.value) || Object.keys(level.value).every((name) => run.part(argument, name, level, name)),
  dependentRequired: (argument, level, run) => {
    const { value, pointer } = level;
    if (!isObject(value) || !isObject(argument)) return true;
    return Object.keys(argument).every((name) => {
      const needed = argument[name];
      if (!Object.hasOwn(value, name) || !Array.isArray(needed)) return true;
      const missing = needed.find((other) => !Object.hasOwn(value, String(other)));
      return missing === undefined || run.breach(pointer, `\`${name}\` needs \`${String(missing)}\``);
    });
  },
  dependentSchemas: (argument, level, run) =>
    !isObject(level.value) ||
    !isObject(argument) ||
    Object.keys(argument).every(
      (name) => !Object.hasOwn(level.value as object, name) || run.same(argument[name]!, level),
    ),
  dependencies: (argument, level, run) =>
    !isObject(argument) ||
    Object.keys(argument).every((name) => {
      const one: JsonObject = { [name]: argument[name]! };
      return objects[Array.isArray(argument[name]) ? "dependentRequired" : "dependentSchemas"]!(
        one,
        level,
        run,
      );
    }),
};

/** The rest of an object's members, each judged by one schema. */
function names(others: readonly string[], argument: Json, level: Level, run: SchemaRun): boolean {
  let fits = true;
  for (const name of others) {
    run.sees(level.seen, name);
    const value = (level.value as JsonObject)[name]!;
    const isRefused = argument === false;
    if (isRefused) run.breach(level.pointer, `\`${name}\` is not known here`);
    if (isRefused || !run.part(argument, value, level, name)) fits = false;
  }
  return fits;
}

function membersFrom(first: number, schema: Json, level: Level, run: SchemaRun): boolean {
  const { value, seen } = level;
  if (!Array.isArray(value)) return true;
  let fits = true;
  for (let position = first; position < value.length; position += 1) {
    if (!run.part(schema, value[position]!, level, position)) fits = false;
  }
  if (run.tracks) seen.items = Math.max(seen.items, value.length);
  return fits;
}

function membersInTurn(schemas: Json, level: Level, run: SchemaRun): boolean {
  const { value, seen } = level;
  if (!Array.isArray(value) || !Array.isArray(schemas)) return true;
  let fits = true;
  schemas.slice(0, value.length).forEach((schema, position) => {
    if (!run.part(schema, value[position]!, level, position)) fits = false;
  });
  if (run.tracks) seen.items = Math.max(seen.items, Math.min(schemas.length, value.length));
  return fits;
}

function lengthOf(list: Json | undefined): number {
  return Array.isArray(list) ? list.length : 0;
}

const charactersPerStep = 20;

/** The same text for values that are the same. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_, part: Json) =>
    isObject(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}

const lists: Readonly<Record<string, Keyword>> = {
  prefixItems: membersInTurn,
  items: (argument, level, run) =>
    Array.isArray(argument)
      ? membersInTurn(argument, level, run)
      : membersFrom(lengthOf(own(level.schema, "prefixItems")), argument, level, run),
  additionalItems: (argument, level, run) => {
    const items = own(level.schema, "items");
    return !Array.isArray(items) || membersFrom(items.length, argument, level, run);
  },
  contains: (argument, level, run) => {
    const { schema, value, seen, pointer } = level;
    if (!Array.isArray(value)) return true;
    const found = value.flatMap((member, position) => {
      const inner: Level = { ...level, value: member, seen: nothingSeen() };
      return run.quietly(argument, inner) ? [position] : [];
    });
    if (run.tracks) for (const position of found) seen.positions.add(position);
    const min = Number(own(schema, "minContains") ?? 1);
    const max = Number(own(schema, "maxContains") ?? Number.POSITIVE_INFINITY);
    return (
      (found.length >= min && found.length <= max) ||
      run.breach(pointer, "has not the members it must contain")
    );
  },
  uniqueItems: (argument, { value, pointer }, run) => {
    if (argument !== true || !Array.isArray(value)) return true;
    run.spend(Math.ceil(sizeOf(value).characters / charactersPerStep));
    return (
      new Set(value.map(canonical)).size === value.length ||
      run.breach(pointer, "must not hold the same member twice")
    );
  },
};

const choices: Readonly<Record<string, Keyword>> = {
  $ref: (argument, level, run) => {
    const target = run.target(String(argument));
    if (target === undefined)
      return run.breach(level.pointer, `its schema refers to ${shown(argument)}, which is not there`);
    return run.same(target, level);
  },
  $dynamicRef: (argument, level, run) => choices.$ref!(argument, level, run),
  allOf: (argument, level, run) =>
    !Array.isArray(argument) || argument.map((schema) => run.same(schema, level)).every(Boolean),
  anyOf: (argument, level, run) => {
    if (!Array.isArray(argument)) return true;
    const fits = argument.map((schema) => run.quietly(schema, level)).some(Boolean);
    return fits || run.breach(level.pointer, "fits none of the forms that are allowed");
  },
  oneOf: (argument, level, run) => {
    if (!Array.isArray(argument)) return true;
    const count = argument.filter((schema) => run.quietly(schema, level)).length;
    return (
      count === 1 || run.breach(level.pointer, `must fit exactly one of the allowed forms, not ${count}`)
    );
  },
  not: (argument, level, run) =>
    !run.quietly(argument, { ...level, seen: nothingSeen() }) ||
    run.breach(level.pointer, "is what is not allowed"),
  if: (argument, level, run) => {
    const next = own(level.schema, run.quietly(argument, level) ? "then" : "else");
    return next === undefined || run.same(next, level);
  },
};

const keywords: Readonly<Record<string, Keyword>> = { ...scalars, ...objects, ...lists, ...choices };

const lastKeywords = ["unevaluatedProperties", "unevaluatedItems"] as const;

const unevaluated: Readonly<Record<(typeof lastKeywords)[number], Keyword>> = {
  unevaluatedProperties: (argument, level, run) => {
    const { value, seen } = level;
    if (!isObject(value)) return true;
    return names(
      Object.keys(value).filter((name) => !seen.names.has(name)),
      argument,
      level,
      run,
    );
  },
  unevaluatedItems: (argument, level, run) => {
    const { value, seen } = level;
    if (!Array.isArray(value)) return true;
    const fits = value.every(
      (member, position) =>
        position < seen.items || seen.positions.has(position) || run.part(argument, member, level, position),
    );
    if (run.tracks) seen.items = value.length;
    return fits;
  },
};
