import { flowDirectives } from "./definition.ts";
import { type PlacedList, type PlacedTask, tasksIn } from "./walk.ts";

/** Where one task leads within its list. */
export interface Way {
  readonly from: number;
  /** The position in the list; "exit" out of it, "end" of the workflow. */
  readonly to: number | "exit" | "end";
  /** `skipped`: its condition does not hold. */
  readonly why: "next" | "then" | "case" | "skipped";
  /** The name of the case. */
  readonly label?: string;
}

/** A `then` that names no task of its list. */
export interface LostWay {
  readonly pointer: string;
  readonly target: string;
  /** What it may say. */
  readonly names: ReadonlySet<string>;
}

/** The ways through a list of tasks. */
export function waysOf(list: PlacedList): { ways: Way[]; lost: LostWay[] } {
  const tasks = tasksIn(list);
  const positions = new Map(tasks.map(({ name }, position) => [name, position]));
  const names = new Set([...positions.keys(), ...flowDirectives]);
  const lost: LostWay[] = [];
  const after = (position: number): number | "exit" => (position + 1 < tasks.length ? position + 1 : "exit");
  const lead = (from: number, then: string, pointer: string): Way["to"] => {
    if (then === "continue") return list.part === "branches" ? "exit" : after(from);
    if (then === "exit" || then === "end") return then;
    const position = list.part === "branches" ? undefined : positions.get(then);
    if (position === undefined) lost.push({ pointer, target: then, names });
    return position ?? "exit";
  };
  const ways = tasks.flatMap((task, from): Way[] => {
    const next = list.part === "branches" ? "exit" : after(from);
    const skipped: Way[] = task.task.if === undefined ? [] : [{ from, to: next, why: "skipped" }];
    return [...onward(task, from, next, lead), ...skipped];
  });
  return { ways, lost };
}

type Lead = (from: number, then: string, pointer: string) => Way["to"];

function onward(task: PlacedTask, from: number, next: Way["to"], lead: Lead): Way[] {
  if (task.kind === "raise") return [];
  const { then } = task.task;
  const main: Way =
    then === undefined
      ? { from, to: next, why: "next" }
      : { from, to: lead(from, then, `${task.pointer}/then`), why: "then" };
  if (task.kind !== "switch") return [main];
  const cases = task.task.switch.map((item, position): Way => {
    const [label, rule] = Object.entries(item)[0]!;
    const to = lead(from, rule.then, `${task.pointer}/switch/${position}/${label}/then`);
    return { from, to, why: "case", label };
  });
  const isWhole = task.task.switch.some((item) => Object.values(item)[0]!.when === undefined);
  return isWhole ? cases : [...cases, main];
}

/** The tasks of a list that no way leads to. */
export function unreachable(list: PlacedList, ways: readonly Way[]): PlacedTask[] {
  const tasks = tasksIn(list);
  if (list.part === "branches") return [];
  const onward = new Map<number, number[]>();
  for (const { from, to } of ways) {
    if (typeof to === "number") onward.set(from, [...(onward.get(from) ?? []), to]);
  }
  const reached = new Set<number>(tasks.length === 0 ? [] : [0]);
  for (const position of reached) for (const to of onward.get(position) ?? []) reached.add(to);
  return tasks.filter((_, position) => !reached.has(position));
}
