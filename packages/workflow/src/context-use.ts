import { JqError, type Node, parse as parseProgram } from "@millrace/jq";
import { type Definition, flowDirectives, type OutputRule, type TaskList } from "./definition.ts";
import { programOf } from "./expression.ts";
import { isObject } from "./json.ts";
import { suggestion } from "./problem.ts";
import { type PlacedTask, tasksWithin, outerLists } from "./walk.ts";

/** A key of the context that is read where nothing can have set it. */
export interface UnsetRead {
  readonly pointer: string;
  /** Where `$context` stands in the text. */
  readonly offset: number;
  readonly message: string;
}

interface Export {
  /** Its place in the order of the tasks. */
  readonly order: number;
  readonly keys: readonly string[];
}

/**
 * Reads of `$context` that come before any task sets the key. Only what can be told from the text: where one export
 * makes keys that cannot be known, nothing is said; where the flow goes back, the order says nothing.
 */
export function unsetReads(
  definition: Definition,
  expressions: readonly { readonly pointer: string; readonly text: string }[],
): UnsetRead[] {
  const tasks = [...tasksWithin(outerLists(definition)[0]!)];
  const exports = exportsOf(definition, tasks);
  if (exports === null) return [];
  const first = new Map<string, number>();
  for (const { order, keys } of exports) for (const key of keys) if (!first.has(key)) first.set(key, order);
  const goesBack = definition.use?.extensions !== undefined || tasks.some((task) => isJumpBack(task));
  const orders = new Map(tasks.map((task, order) => [task.pointer, order]));
  const found: UnsetRead[] = [];
  for (const { pointer, text } of expressions) {
    for (const { key, offset } of readsOf(text)) {
      if (found.length >= readsMax) return found;
      const message = whyUnset(key, orderOf(orders, pointer), { first, goesBack });
      if (message !== null) found.push({ pointer, offset, message });
    }
  }
  return found;
}

/** More are not told. */
const readsMax = 300;

interface Knowledge {
  /** The first task that exports each key. */
  readonly first: ReadonlyMap<string, number>;
  readonly goesBack: boolean;
}

function whyUnset(key: string, order: number, { first, goesBack }: Knowledge): string | null {
  if (first.size === 0) return `\`$context.${key}\` is read, but no task exports anything to the context`;
  const set = first.get(key);
  if (set === undefined) {
    return `\`$context.${key}\` is read, but no task exports \`${key}\`${suggestion(key, first.keys())}`;
  }
  return goesBack || order < 0 || set <= order
    ? null
    : `\`$context.${key}\` is read before any task has exported \`${key}\``;
}

/** What each task exports; null where that cannot be told. */
function exportsOf(definition: Definition, tasks: readonly PlacedTask[]): Export[] | null {
  const found: Export[] = [];
  for (const [order, { task, kind }] of tasks.entries()) {
    const rules = [task.export, kind === "listen" ? task.foreach?.export : undefined];
    for (const rule of rules) {
      const keys = keysOf(rule);
      if (keys === null) return null;
      if (keys.length > 0) found.push({ order, keys });
    }
    if (kind === "call" && task.call === "asyncapi") return null;
  }
  const others = Object.values(definition.use?.functions ?? {});
  return others.length > 0 || definition.use?.extensions !== undefined
    ? unlessExported(definition, found)
    : found;
}

/** Functions and extensions run at places of their own: with exports of theirs nothing is said. */
function unlessExported(definition: Definition, found: Export[]): Export[] | null {
  return /"export":/.test(JSON.stringify([definition.use?.functions, definition.use?.extensions]))
    ? null
    : found;
}

function keysOf(rule: OutputRule | undefined): readonly string[] | null {
  const value = rule?.as;
  if (value === undefined) return [];
  if (isObject(value)) return Object.keys(value);
  const tree = treeOf(programOf(value).program);
  return tree === null ? null : keysMade(tree);
}

/** The keys of the object that an expression makes, besides those that the context has already. */
function keysMade(node: Node): readonly string[] | null {
  if (node.kind === "variable" && node.name === "context") return [];
  if (node.kind === "binary" && node.operator === "+") {
    const [left, right] = [keysMade(node.left), keysMade(node.right)];
    return left === null || right === null ? null : [...left, ...right];
  }
  if (node.kind !== "object") return null;
  const keys = node.entries.map(({ key }) => (key.kind === "literal" ? key.value : null));
  return keys.every((key) => typeof key === "string") ? keys : null;
}

/** The keys that an expression reads of the context. */
function readsOf(text: string): { key: string; offset: number }[] {
  const { program, offset } = programOf(text);
  if (!program.includes("$context")) return [];
  const found: { key: string; offset: number }[] = [];
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) return part.forEach(visit);
    if (typeof part !== "object" || part === null) return;
    const node = part as Node;
    if (node.kind === "index" && node.target.kind === "variable" && node.target.name === "context") {
      const { key } = node;
      if (key.kind === "literal" && typeof key.value === "string") {
        found.push({ key: key.value, offset: offset + node.target.start });
      }
    }
    Object.values(part).forEach(visit);
  };
  visit(treeOf(program));
  return found;
}

function treeOf(program: string): Node | null {
  try {
    return parseProgram(program).tree;
  } catch (error) {
    if (error instanceof JqError) return null;
    throw error;
  }
}

/** Which task an expression belongs to, by their order; -1 for what belongs to none of them. */
function orderOf(orders: ReadonlyMap<string, number>, pointer: string): number {
  for (let end = pointer.length; end > 0; end = pointer.lastIndexOf("/", end - 1)) {
    const order = orders.get(pointer.slice(0, end));
    if (order !== undefined) return order;
  }
  return -1;
}

const positions = new WeakMap<TaskList, Map<string, number>>();

function positionsOf(tasks: TaskList): ReadonlyMap<string, number> {
  const known = positions.get(tasks);
  if (known !== undefined) return known;
  const found = new Map(tasks.map((item, position) => [Object.keys(item)[0]!, position]));
  positions.set(tasks, found);
  return found;
}

/** Whether a task may lead to one before it. */
function isJumpBack({ list, position, kind, task }: PlacedTask): boolean {
  if (kind === "for" || kind === "listen") return true;
  const targets = kind === "switch" ? task.switch.map((item) => Object.values(item)[0]!.then) : [];
  const isBehind = (target: string): boolean => {
    if (flowDirectives.includes(target)) return false;
    return list === undefined || (positionsOf(list.tasks).get(target) ?? -1) <= position;
  };
  return [...targets, task.then].some((target) => target !== undefined && isBehind(target));
}
