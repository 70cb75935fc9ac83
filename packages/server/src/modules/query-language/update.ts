import { AppError, invalid } from "../../kit/errors.ts";
import { readInput, updateLimits } from "./input.ts";
import { unknownOperator } from "./operators.ts";
import { isRecord, parsePath, type Path } from "./paths.ts";
import { compileChange, ignoredOperators, changeNames, type Change } from "./update-operators.ts";
import { findTarget, renameField } from "./update-targets.ts";
import type { Value } from "./values.ts";

/** Sets what no update may touch: the platform keeps these itself. */
const systemFields = /^(_id|_version|_created.*|_modified.*)$/;

const fieldsMax = 1000;

export interface CompiledUpdate {
  /** The changed copy of a document; throws invalid_input when the update does not fit it. */
  apply: (document: Record<string, unknown>) => Record<string, unknown>;
}

interface Step {
  path: Path;
  at: string;
  change: Change;
}

export interface UpdateOptions {
  /** Where the update stands in what the caller sent. */
  at?: string;
  /** What `$currentDate` writes: the database's time. */
  now: Date;
}

/** Checks an update once, for many documents. */
export function compileUpdate(input: unknown, options: UpdateOptions): CompiledUpdate {
  const { at = "update", now } = options;
  const update = readOperators(readInput(input, at, updateLimits), at);
  const paths: { path: Path; at: string }[] = [];
  const steps: Step[] = [];
  for (const [name, fields] of Object.entries(update)) {
    const place = `${at}.${name}`;
    if (!changeNames.has(name)) throw unknownOperator(name, changeNames, place);
    if (!isRecord(fields)) throw invalid(place, `${name} wants an object of fields`);
    for (const [field, argument] of Object.entries(fields)) {
      const fieldAt = `${place}.${field}`;
      const path = readField(field, fieldAt);
      paths.push({ path, at: fieldAt });
      if (name === "$rename") paths.push({ path: readTarget(argument, fieldAt), at: fieldAt });
      if (ignoredOperators.has(name)) continue;
      steps.push({ path, at: fieldAt, change: compileChange(name, argument, { at: fieldAt, now }) });
    }
  }
  checkConflicts(paths, at);
  return { apply: (document) => applySteps(document, steps) };
}

/** One document, one update: `compileUpdate(update).apply(document)`. */
export function applyUpdate(
  document: Record<string, unknown>,
  update: unknown,
  options: UpdateOptions,
): Record<string, unknown> {
  return compileUpdate(update, options).apply(document);
}

function applySteps(document: Record<string, unknown>, steps: readonly Step[]): Record<string, unknown> {
  const changed = structuredClone(document);
  for (const { path, at, change } of steps) {
    if (change.kind === "rename") renameField(changed, path, change.to, at);
    else {
      const target = findTarget(changed, path, { at, create: change.createsParents });
      if (target !== undefined) change.run(target);
    }
  }
  return changed;
}

function readOperators(update: Value, at: string): Record<string, Value> {
  if (Array.isArray(update))
    throw invalid(at, "a pipeline as an update is not supported; use operators such as $set");
  if (!isRecord(update)) throw invalid(at, 'an update is an object, such as {"$set": {"name": "Ann"}}');
  const names = Object.keys(update);
  if (names.length === 0) throw invalid(at, "an update needs at least one operator, such as $set");
  const field = names.find((name) => !name.startsWith("$"));
  if (field !== undefined && names.every((name) => !name.startsWith("$"))) {
    throw new AppError("invalid_input", `${at}: a document without operators is not an update; use replace`, {
      field: at,
    });
  }
  if (field !== undefined) throw invalid(`${at}.${field}`, "a field cannot stand beside operators");
  return update;
}

function readField(field: string, at: string): Path {
  if (/(^|\.)\$/.test(field)) {
    throw invalid(
      at,
      "positional paths ($, $[], $[name]) are not supported; name the position, as in list.0",
    );
  }
  const path = parsePath(field, at);
  if (systemFields.test(path[0] ?? ""))
    throw invalid(at, `${path[0]} is a system field; the platform sets it`);
  return path;
}

function readTarget(argument: unknown, at: string): Path {
  if (typeof argument !== "string") throw invalid(at, "$rename wants the new name");
  return readField(argument, at);
}

/** No field twice, and none inside another: the outcome would hang on an order nobody promised. */
function checkConflicts(paths: readonly { path: Path; at: string }[], at: string): void {
  if (paths.length > fieldsMax) throw invalid(at, `at most ${fieldsMax} fields in one update`);
  const ends = new Set<string>();
  for (const { path, at } of paths) {
    const key = path.join(".");
    if (ends.has(key)) throw invalid(at, `${key} is changed twice`);
    ends.add(key);
  }
  for (const { path, at } of paths) {
    for (let length = 1; length < path.length; length += 1) {
      const parent = path.slice(0, length).join(".");
      if (ends.has(parent)) throw invalid(at, `${path.join(".")} lies in ${parent}, which is changed too`);
    }
  }
}
