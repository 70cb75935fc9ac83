import { JqError, type Node, parse as parseProgram } from "@millrace/jq";
import type { Definition, OutputRule } from "./definition.ts";
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
  const known = exports.flatMap(({ keys }) => keys);
  const goesBack = definition.use?.extensions !== undefined || tasks.some((task) => isJumpBack(task));
  return expressions.flatMap(({ pointer, text }) => {
    const order = orderOf(tasks, pointer);
    return readsOf(text).flatMap(({ key, offset }): UnsetRead[] => {
      const message = whyUnset(key, order, { known, exports, goesBack });
      return message === null ? [] : [{ pointer, offset, message }];
    });
  });
}

interface Knowledge {
  readonly known: readonly string[];
  readonly exports: readonly Export[];
  readonly goesBack: boolean;
}

function whyUnset(key: string, order: number, { known, exports, goesBack }: Knowledge): string | null {
  if (known.length === 0) return `\`$context.${key}\` is read, but no task exports anything to the context`;
  if (!known.includes(key)) {
    return `\`$context.${key}\` is read, but no task exports \`${key}\`${suggestion(key, known)}`;
  }
  if (goesBack || order < 0) return null;
  const isSet = exports.some((one) => one.keys.includes(key) && one.order <= order);
  return isSet ? null : `\`$context.${key}\` is read before any task has exported \`${key}\``;
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

/** Which task an expression belongs to, by their order; the last one begun where it stands in several. */
function orderOf(tasks: readonly PlacedTask[], pointer: string): number {
  return tasks.findLastIndex((task) => pointer.startsWith(`${task.pointer}/`));
}

/** Whether a task may lead to one before it. */
function isJumpBack(placed: PlacedTask): boolean {
  const { list, position, kind, task } = placed;
  if (kind === "for" || kind === "listen") return true;
  const names = (list?.tasks ?? []).slice(0, position + 1).map((item) => Object.keys(item)[0]!);
  const targets = kind === "switch" ? task.switch.map((item) => Object.values(item)[0]!.then) : [];
  return [...targets, task.then].some((target) => target !== undefined && names.includes(target));
}
