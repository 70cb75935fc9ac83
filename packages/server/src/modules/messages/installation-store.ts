import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";

/** Which Millrace this is, among those that share a broker. */
export async function installationId(database: Queryable, proposed: string): Promise<string> {
  await database.query(
    sql`insert into messages.installation (id) values (${proposed}) on conflict do nothing`,
  );
  const rows = await database.query<{ id: string }>(sql`select id from messages.installation`);
  return rows[0]!.id;
}

/** Which nodes live. */
export const nodesTable = sql`messages.nodes`;
