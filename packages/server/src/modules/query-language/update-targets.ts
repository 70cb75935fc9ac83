import { invalid } from "../../kit/errors.ts";
import { isRecord, own, type Path } from "./paths.ts";

/** One place in a document: a field of an object or a position of a list. */
export interface Target {
  get(): unknown;
  set(value: unknown): void;
  remove(): void;
}

const gapMax = 1000;

/** The place at a path. Missing parents are made when wanted; without them there is no place. */
export function findTarget(
  document: Record<string, unknown>,
  path: Path,
  options: { at: string; create: boolean },
): Target | undefined {
  let container: unknown = document;
  for (const name of path.slice(0, -1)) {
    const target = targetIn(container, name, options);
    if (target === undefined) return undefined;
    if (target.get() === undefined && options.create) target.set({});
    container = target.get();
    if (container === undefined) return undefined;
  }
  return targetIn(container, path.at(-1) ?? "", options);
}

function targetIn(
  container: unknown,
  name: string,
  { at, create }: { at: string; create: boolean },
): Target | undefined {
  if (isRecord(container)) {
    return {
      get: () => own(container, name),
      set: (value) => {
        container[name] = value;
      },
      remove: () => {
        delete container[name];
      },
    };
  }
  if (Array.isArray(container)) return targetInList(container, name, { at, create });
  if (!create) return undefined;
  throw invalid(at, `cannot set a field inside ${container === null ? "null" : `a ${typeof container}`}`);
}

function targetInList(
  list: unknown[],
  name: string,
  { at, create }: { at: string; create: boolean },
): Target | undefined {
  const position = /^(0|[1-9]\d{0,8})$/.test(name) ? Number(name) : undefined;
  if (position === undefined) {
    if (create) throw invalid(at, `a list has positions, not a field "${name}"`);
    return undefined;
  }
  if (position > list.length + gapMax)
    throw invalid(at, `position ${name} lies far beyond the end of the list`);
  return {
    get: () => list[position],
    set: (value) => {
      while (list.length < position) list.push(null);
      list[position] = value;
    },
    remove: () => {
      if (position < list.length) list[position] = null;
    },
  };
}

/** Moves a value to another field; nothing happens when there is none. Lists are not gone through. */
export function renameField(document: Record<string, unknown>, from: Path, to: Path, at: string): void {
  const source = findTarget(document, from, { at, create: false });
  const value = source?.get();
  if (source === undefined || value === undefined) return;
  for (const path of [from, to]) refuseLists(document, path, at);
  source.remove();
  findTarget(document, to, { at, create: true })?.set(value);
}

function refuseLists(document: unknown, path: Path, at: string): void {
  let container = document;
  for (const name of path.slice(0, -1)) {
    container = own(container, name);
    if (Array.isArray(container)) throw invalid(at, "$rename does not reach into lists");
  }
}
