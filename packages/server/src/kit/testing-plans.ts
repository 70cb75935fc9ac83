import type { Queryable } from "./database.ts";
import { type Sql, textOf } from "./sql.ts";

export interface Plan {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Index Cond"?: string;
  Plans?: Plan[];
}

export type Planner = (ask: (tx: Queryable) => Promise<unknown>) => Promise<Plan[]>;

/** Catches the statements that a store function sends, and answers every step of their generic plans instead. */
export function plannerOf(reader: Queryable): Planner {
  return async (ask) => {
    const statements: Sql[] = [];
    const catcher: Queryable = {
      query: async (statement) => {
        statements.push(statement);
        return [];
      },
    };
    await ask(catcher);
    const plans: Plan[] = [];
    for (const statement of statements) {
      const strings = [`explain (generic_plan, format json) ${textOf(statement)}`];
      const rows = await reader.query<{ "QUERY PLAN": { Plan: Plan }[] }>({
        strings,
        values: [],
        name: undefined,
      });
      plans.push(...stepsOf(rows[0]!["QUERY PLAN"][0]!.Plan));
    }
    return plans;
  };
}

function stepsOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(stepsOf)];
}

export function indexesOf(steps: readonly Plan[]): string[] {
  return [...new Set(steps.flatMap((step) => step["Index Name"] ?? []))].sort();
}

export function typesOf(steps: readonly Plan[]): string[] {
  return steps.map((step) => step["Node Type"]);
}

/** Tables that a plan walks through from one end to the other. */
export function walked(steps: readonly Plan[]): string[] {
  return steps
    .filter((step) => step["Node Type"] === "Seq Scan")
    .flatMap((step) => step["Relation Name"] ?? []);
}

/** For functions that look at what comes back. */
export function answering(tx: Queryable, rows: object[]): Queryable["query"] {
  return async <Row>(statement: Sql) => {
    await tx.query(statement);
    return rows as Row[];
  };
}
