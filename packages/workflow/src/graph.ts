import { compositeKinds, type Definition, type TaskKind } from "./definition.ts";
import { waysOf } from "./flow.ts";
import { listsOf, outerLists, type PlacedList, tasksIn } from "./walk.ts";

/** The ids of the two ends; every other node's id is the JSON Pointer of its task. */
export const startId = "start";
export const endId = "end";

export interface GraphNode {
  readonly id: string;
  readonly kind: TaskKind | "start" | "end";
  readonly name: string;
  /** The node it stands in; null at the top. */
  readonly container: string | null;
  /** What it belongs to of its container. */
  readonly part: PlacedList["part"] | null;
  /** Other tasks stand in it. */
  readonly isContainer: boolean;
}

export interface GraphEdge {
  readonly from: string;
  /** A container's own id as the target of one of its inner tasks means its end. */
  readonly to: string;
  /**
   * `enter`: into a container, or from the start. `branch`: into one of several at once. `catch`: when an error is
   * caught. `next`, `then`, `case`, `skipped`: from task to task. `leave`: out of a container.
   */
  readonly kind: "enter" | "branch" | "catch" | "next" | "then" | "case" | "skipped" | "leave";
  readonly label?: string;
}

/** A workflow as nodes and edges, for an editor and for documents. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** The picture of a definition: its own tasks and all within them, in the order of the text. */
export function graph(definition: Definition): Graph {
  const nodes: GraphNode[] = [end(startId, "start"), end(endId, "end")];
  const edges: GraphEdge[] = [];
  drawList(outerLists(definition)[0]!, nodes, edges);
  return { nodes, edges };
}

function end(id: string, kind: "start" | "end"): GraphNode {
  return { id, kind, name: kind, container: null, part: null, isContainer: false };
}

function drawList(list: PlacedList, nodes: GraphNode[], edges: GraphEdge[]): void {
  const tasks = tasksIn(list);
  const container = list.owner ?? null;
  const out = container ?? endId;
  const first = tasks[0];
  if (list.part === "branches") {
    for (const { pointer } of tasks) edges.push({ from: container!, to: pointer, kind: "branch" });
  } else if (first === undefined) edges.push({ from: container ?? startId, to: out, kind: "next" });
  else {
    const kind = list.part === "catch" ? "catch" : "enter";
    edges.push({ from: container ?? startId, to: first.pointer, kind });
  }
  for (const { pointer, name, kind, task } of tasks) {
    const inner = listsOf(task, pointer);
    const isContainer = compositeKinds.has(kind) || inner.length > 0;
    nodes.push({ id: pointer, kind, name, container, part: list.part, isContainer });
    for (const within of inner) drawList(within, nodes, edges);
  }
  for (const { from, to, why, label } of waysOf(list).ways) {
    const source = tasks[from]!.pointer;
    const target = to === "end" ? endId : to === "exit" ? out : tasks[to]!.pointer;
    const kind = to === "exit" && why === "next" ? "leave" : why;
    edges.push(
      label === undefined ? { from: source, to: target, kind } : { from: source, to: target, kind, label },
    );
  }
}
