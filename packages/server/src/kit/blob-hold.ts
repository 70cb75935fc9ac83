import type pg from "pg";
import type { Tx } from "./database.ts";
import { sql } from "./sql.ts";

/** Any number will do, as long as every node and every backup takes the same one. */
const holdLock = 4_100_002;

/** From here until the session ends no blob is deleted: what a backup has seen listed can be read. */
export async function holdBlobs(client: pg.ClientBase): Promise<void> {
  await client.query("select pg_advisory_lock_shared($1)", [holdLock]);
}

/** Whether blobs may be deleted in this transaction; false while a backup reads them. */
export async function mayDeleteBlobs(tx: Tx): Promise<boolean> {
  const rows = await tx.query<{ free: boolean }>(sql`
    select pg_try_advisory_xact_lock(${holdLock}::bigint) as free`);
  return rows[0]?.free === true;
}
