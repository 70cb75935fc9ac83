import { type Static, Type } from "@sinclair/typebox";
import type { Call } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import * as indexes from "./index-store.ts";
import * as queries from "./query-store.ts";
import type { Query, Reading } from "./reading.ts";

export const ExplanationSchema = Type.Object({
  path: Type.Union([Type.Literal("sql"), Type.Literal("sql and evaluation")], {
    description: "Whether SQL alone decides, or what it found is looked at again in memory",
  }),
  reasons: Type.Array(Type.String(), { description: "The operators that SQL cannot decide" }),
  indexes: Type.Array(Type.String(), { description: "The indexes that PostgreSQL uses" }),
  nodes: Type.Array(Type.String(), { description: "The steps of its plan, the last one first" }),
});
export type Explanation = Static<typeof ExplanationSchema>;

interface PlanNode {
  "Node Type"?: string;
  "Index Name"?: string;
  Plans?: PlanNode[];
}

const builtIn = new Map([
  ["an_id_is_used_once_in_a_collection", "_id"],
  ["documents_that_a_principal_may_read", "_acl"],
]);

/** Which way a query takes, without running it. */
export async function explainQuery(
  database: Database,
  reading: Reading,
  call: Call,
  { collection, ...query }: Query & { collection: string },
): Promise<Explanation> {
  const { filter, statement } = await reading.compile(call, collection, query);
  const plan = await queries.explain(database.read(call), statement);
  const nodes = nodesOf((plan as { Plan: PlanNode }[])[0]!.Plan);
  const known = await indexes.list(database.read(call), { tenantId: call.tenantId, collection });
  const nameOf = (relation: string) => {
    const id = indexes.idInName(relation);
    return known.find((index) => index.id === id)?.name ?? builtIn.get(relation) ?? relation;
  };
  return {
    path: filter.exact ? "sql" : "sql and evaluation",
    reasons: filter.reasons,
    indexes: [...new Set(nodes.flatMap((node) => node["Index Name"] ?? []).map(nameOf))],
    nodes: nodes.flatMap((node) => node["Node Type"] ?? []),
  };
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}
