import { hasKey, indexValue, membersOf } from "./access.ts";
import { add } from "./arithmetic.ts";
import { type Builtins, ofInput, ofOne } from "./builtin-shape.ts";
import { utf8Of } from "./bytes.ts";
import { type Code, constantCode, directCode, type Direct, type Env, manyCode, pipe } from "./code.ts";
import { identity } from "./compile-access.ts";
import { Failure, fail, Halt, shown } from "./failure.ts";
import { formats, jsonOf, textOfValue } from "./formats.ts";
import { parseJson } from "./json-parse.ts";
import { contains, sortedKeys } from "./order.ts";
import type { Run } from "./run.ts";
import { emptyObject, isObject, isTruthy, type Json, typeName } from "./value.ts";

/** What a value is, how long it is, what it holds, how it is written. */
export const coreBuiltins: Builtins = {
  "not/0": ofInput((input) => !isTruthy(input)),
  "type/0": ofInput(typeName),
  "length/0": ofInput(lengthOf),
  "utf8bytelength/0": ofInput((input) => {
    if (typeof input !== "string") throw new Failure(`${shown(input)} only strings have UTF-8 byte length`);
    return utf8Of(input).length;
  }),
  "keys/0": ofInput((input, run) => keysOfValue(input, run, true)),
  "keys_unsorted/0": ofInput((input, run) => keysOfValue(input, run, false)),
  "has/1": ofOne(hasKey),
  "contains/1": ofOne((input, part, run) => {
    if (typeName(input) === typeName(part)) return contains(input, part, run);
    throw new Failure(`${shown(input)} and ${shown(part)} cannot have their containment checked`);
  }),
  "add/0": ofInput((input, run) => {
    const members = membersOf(input);
    const sum = new Sum(run);
    for (const member of members) sum.take(member);
    return sum.value;
  }),
  "add/1": ([terms]) =>
    directCode((input, env) => {
      const sum = new Sum(env.run);
      terms!.each(input, env, (value) => {
        sum.take(value);
        return false;
      });
      return sum.value;
    }),
  "empty/0": () => directCode(nothing, () => false),
  "error/0": () => directCode(raise),
  "error/1": ([message]) => pipe(message!, directCode(raise)),
  "halt_error/0": ofInput(halt),
  "halt_error/1": ofOne(halt),
  "tojson/0": ofInput(jsonOf),
  "fromjson/0": ofInput((input, run) => {
    if (typeof input !== "string") throw new Failure(`${shown(input)} only strings can be parsed`);
    run.spend(input.length >> 1);
    return parseJson(input);
  }),
  "tostring/0": ofInput(textOfValue),
  "tonumber/0": ofInput(toNumber),
  "toboolean/0": ofInput((input) => {
    if (typeof input === "boolean") return input;
    if (input === "true" || input === "false") return input === "true";
    throw new Failure(`${shown(input)} cannot be parsed as a boolean`);
  }),
  "toarray/0": ofInput((input) => (Array.isArray(input) ? input : [input])),
  "format/1": ofOne((input, name, run) => {
    const format = typeof name === "string" && Object.hasOwn(formats, name) ? formats[name] : undefined;
    if (format === undefined) throw new Failure(`${textOfValue(name, run)} is not a valid format`);
    return format(input, run);
  }),
  "env/0": ofInput(() => emptyObject()),
  "input_filename/0": () => constantCode(null),
  "input_line_number/0": () => constantCode(0),
  "input/0": ofInput(() => fail("No more inputs")),
  "inputs/0": ofInput(() => fail("No more inputs")),
  "debug/0": () => identity,
  "stderr/0": () => identity,
  "debug/1": ([message]) =>
    manyCode(
      (input, env, emit) => message!.each(input, env, () => false) || emit(input),
      (input, path, env, emit) => message!.each(input, env, () => false) || emit(input, path),
    ),
  "now/0": () => directCode((_input, env) => env.run.now ?? fail("the time is not known to this run")),
  "have_literal_numbers/0": () => constantCode(true),
  "have_decnum/0": () => constantCode(false),
  "to_entries/0": ofInput((input, run) => entriesOf(input, run)),
  "from_entries/0": ofInput(fromEntries),
  "with_entries/1": ([change]) =>
    directCode((input, env) => {
      const changed: Json[] = [];
      for (const entry of entriesOf(input, env.run)) append(change!, entry, env, changed);
      return fromEntries(changed, env.run);
    }),
  "map/1": ([change]) => mapped(change!),
  "select/1": ([condition]) => selected(condition!),
  "values/0": () => where((input) => input !== null),
  "nulls/0": () => where((input) => input === null),
  "booleans/0": () => where((input) => typeof input === "boolean"),
  "numbers/0": () => where((input) => typeof input === "number"),
  "strings/0": () => where((input) => typeof input === "string"),
  "arrays/0": () => where(Array.isArray),
  "objects/0": () => where(isObject),
  "iterables/0": () => where((input) => typeof input === "object" && input !== null),
  "scalars/0": () => where((input) => typeof input !== "object" || input === null),
};

const nothing: Direct = () => undefined;

function raise(input: Json): never {
  throw new Failure(input);
}

function halt(input: Json): never {
  throw new Halt(input);
}

/** Adds values up. The list or object it made itself grows in place, so that many of them cost no more than one. */
class Sum {
  value: Json = null;
  private isOwn = false;
  private readonly run: Run;

  constructor(run: Run) {
    this.run = run;
  }

  take(value: Json): void {
    const { run } = this;
    run.step();
    if (this.isOwn && Array.isArray(this.value) && Array.isArray(value)) {
      run.allow(this.value.length + value.length);
      run.spend(value.length >> 3);
      for (const member of value) this.value.push(member);
      return;
    }
    if (this.isOwn && isObject(this.value) && isObject(value)) {
      const keys = Object.keys(value);
      run.spend(keys.length);
      for (const key of keys) this.value[key] = value[key]!;
      return;
    }
    const isFirst = this.value === null || value === null;
    this.value = add(this.value, value, run);
    this.isOwn = !isFirst && typeof this.value === "object";
  }
}

function lengthOf(input: Json): Json {
  if (input === null) return 0;
  if (typeof input === "string") return /[\ud800-\udfff]/.test(input) ? [...input].length : input.length;
  if (Array.isArray(input)) return input.length;
  if (typeof input === "number") return Math.abs(input);
  if (isObject(input)) return Object.keys(input).length;
  throw new Failure(`${shown(input)} has no length`);
}

export function keysOfValue(input: Json, run: Run, isSorted: boolean): Json[] {
  if (Array.isArray(input)) {
    run.spend(input.length);
    return input.map((_, at) => at);
  }
  if (!isObject(input)) throw new Failure(`${shown(input)} has no keys`);
  const keys = isSorted ? sortedKeys(input) : Object.keys(input);
  run.spend(keys.length);
  return keys;
}

const numberPattern = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

function toNumber(input: Json): Json {
  if (typeof input === "number") return input;
  if (typeof input === "string" && numberPattern.test(input)) return Number(input);
  throw new Failure(`${shown(input)} cannot be parsed as a number`);
}

function entriesOf(input: Json, run: Run): Json[] {
  return keysOfValue(input, run, false).map((key) => {
    const entry = emptyObject();
    entry["key"] = key;
    entry["value"] = indexValue(input, key, run);
    return entry;
  });
}

const keyNames = ["key", "k", "name", "Name", "K", "Key"];
const valueNames = ["value", "v", "Value", "V"];

function fromEntries(input: Json, run: Run): Json {
  const made = emptyObject();
  const entries = membersOf(input);
  run.spend(entries.length);
  for (const entry of entries) {
    if (!isObject(entry)) {
      indexValue(entry, "key", run);
      made["null"] = null;
      continue;
    }
    const found = keyNames.map((name) => entry[name]).find((key) => key !== undefined && key !== null);
    const name = valueNames.find((candidate) => Object.hasOwn(entry, candidate));
    made[keyText(found ?? null, run)] = name === undefined ? null : entry[name]!;
  }
  return made;
}

function keyText(key: Json, run: Run): string {
  if (typeof key === "object" && key !== null) throw new Failure(`Cannot use ${shown(key)} as object key`);
  return textOfValue(key, run);
}

function append(code: Code, input: Json, env: Env, list: Json[]): void {
  env.run.step();
  if (code.direct === null) {
    code.each(input, env, (value) => {
      env.run.step();
      list.push(value);
      return false;
    });
    return;
  }
  const value = code.direct(input, env);
  if (value !== undefined) list.push(value);
}

/** `[.[] | change]`. */
function mapped(change: Code): Code {
  return directCode((input, env) => {
    const members = membersOf(input);
    env.run.built += 1;
    const list: Json[] = [];
    for (const member of members) append(change, member, env, list);
    return list;
  });
}

function selected(condition: Code): Code {
  const paths: Code["paths"] = (input, path, env, emit) =>
    condition.each(input, env, (value) => isTruthy(value) && emit(input, path));
  const { direct } = condition;
  if (direct === null) {
    return manyCode(
      (input, env, emit) => condition.each(input, env, (value) => isTruthy(value) && emit(input)),
      paths,
    );
  }
  const isTrue = (input: Json, env: Env): boolean => {
    const value = direct(input, env);
    return value !== undefined && isTruthy(value);
  };
  return {
    ...directCode((input, env) => (isTrue(input, env) ? input : undefined), paths),
    change: (input, env, change) => (isTrue(input, env) ? change(input, env) : input),
  };
}

function where(test: (input: Json) => boolean): Code {
  return directCode(
    (input) => (test(input) ? input : undefined),
    (input, path, _env, emit) => test(input) && emit(input, path),
  );
}
