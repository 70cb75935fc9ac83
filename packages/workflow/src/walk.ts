import {
  type CallTask,
  type Definition,
  type Foreach,
  type KindedTask,
  kinded,
  type Task,
  type TaskList,
} from "./definition.ts";
import { isObject, pointerTo } from "./json.ts";

/** A list of tasks and what it hangs on. */
export interface PlacedList {
  readonly tasks: TaskList;
  readonly pointer: string;
  /** The task it belongs to; undefined for the workflow's own list and for those of extensions. */
  readonly owner: string | undefined;
  /** What it is to its owner. */
  readonly part: "do" | "try" | "catch" | "branches" | "foreach" | "before" | "after";
}

/** A task and where it stands. */
export type PlacedTask = KindedTask & {
  readonly name: string;
  readonly pointer: string;
  /** Undefined for a function under `use.functions`. */
  readonly list: PlacedList | undefined;
  readonly position: number;
};

/** The lists of tasks within a task. */
export function listsOf(task: Task, pointer: string): PlacedList[] {
  const part = (part: PlacedList["part"], at: string, tasks: TaskList | undefined): PlacedList[] =>
    tasks === undefined ? [] : [{ tasks, pointer: `${pointer}${at}`, owner: pointer, part }];
  const inner = kinded(task);
  switch (inner.kind) {
    case "do":
      return part("do", "/do", inner.task.do);
    case "for":
      return part("do", "/do", inner.task.do);
    case "fork":
      return part("branches", "/fork/branches", inner.task.fork.branches);
    case "try":
      return [...part("try", "/try", inner.task.try), ...part("catch", "/catch/do", inner.task.catch.do)];
    case "listen":
      return part("foreach", "/foreach/do", inner.task.foreach?.do);
    case "call":
      return part("foreach", "/with/subscription/foreach/do", subscriptionTasks(inner.task));
    default:
      return [];
  }
}

function subscriptionTasks({ call, with: given }: CallTask): TaskList | undefined {
  const subscription = given?.subscription;
  const foreach = call === "asyncapi" && isObject(subscription) ? subscription.foreach : undefined;
  return (foreach as Foreach | undefined)?.do;
}

/** The lists that hang on no task: the workflow's own, then those of its extensions. */
export function outerLists(definition: Definition): PlacedList[] {
  const own: PlacedList = { tasks: definition.do, pointer: "/do", owner: undefined, part: "do" };
  const extensions = (definition.use?.extensions ?? []).flatMap((item, position) => {
    const [name, { before, after }] = Object.entries(item)[0]!;
    const pointer = pointerTo(pointerTo("/use/extensions", position), name);
    return (["before", "after"] as const).flatMap((part): PlacedList[] => {
      const tasks = part === "before" ? before : after;
      return tasks === undefined ? [] : [{ tasks, pointer: `${pointer}/${part}`, owner: undefined, part }];
    });
  });
  return [own, ...extensions];
}

/** The tasks of a list and all that are within them, in the order of the text. */
export function* tasksWithin(list: PlacedList): Generator<PlacedTask> {
  for (const placed of tasksIn(list)) {
    yield placed;
    for (const inner of listsOf(placed.task, placed.pointer)) yield* tasksWithin(inner);
  }
}

/** The tasks of a list alone. */
export function tasksIn(list: PlacedList): PlacedTask[] {
  return list.tasks.map((item, position) => {
    const [name, task] = Object.entries(item)[0]!;
    const pointer = pointerTo(pointerTo(list.pointer, position), name);
    return { ...kinded(task), name, pointer, list, position };
  });
}

/** Every task of a definition: of its functions, its list and its extensions. */
export function* allTasks(definition: Definition): Generator<PlacedTask> {
  for (const [name, task] of Object.entries(definition.use?.functions ?? {})) {
    const pointer = pointerTo("/use/functions", name);
    yield { ...kinded(task), name, pointer, list: undefined, position: 0 };
    for (const inner of listsOf(task, pointer)) yield* tasksWithin(inner);
  }
  for (const list of outerLists(definition)) yield* tasksWithin(list);
}

/** Every list of tasks of a definition. */
export function* allLists(definition: Definition): Generator<PlacedList> {
  yield* outerLists(definition);
  for (const { task, pointer } of allTasks(definition)) yield* listsOf(task, pointer);
}
