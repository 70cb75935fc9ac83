import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";

const firstBlockSeconds = 4;
const blockSecondsMax = 900;

export interface ThrottleKey {
  key: string;
  /** Failures that cost nothing. */
  free: number;
}

/**
 * Counts an attempt under each key as failed before it is tried, so that many at once cannot all pass. Answers the
 * keys that let it pass; one that is blocked is not counted, and is missing. The clock is read when the row is held:
 * a transaction that waited for it began before the attempt it waited for.
 */
export async function countAttempt(
  tx: Queryable,
  tenantId: string,
  keys: readonly ThrottleKey[],
): Promise<string[]> {
  const rows = await tx.query<{ key: string }>(sql`
    insert into identity.sign_in_throttles as t (tenant_id, key, failures, blocked_until)
    select ${tenantId}, k.key, 1, clock_timestamp()
    from unnest(${keys.map(({ key }) => key)}::text[], ${keys.map(({ free }) => free)}::int[]) as k (key, free)
    order by k.key
    on conflict (tenant_id, key) do update
    set failures = case when t.failed_at < now() - interval '1 day' then 1 else t.failures + 1 end,
      failed_at = now(),
      blocked_until = clock_timestamp()
    where t.blocked_until <= clock_timestamp()
    returning key`);
  await block(tx, tenantId, keys);
  return rows.map((row) => row.key);
}

/** From the last free failure on, each doubles the time until the next attempt. */
async function block(tx: Queryable, tenantId: string, keys: readonly ThrottleKey[]): Promise<void> {
  await tx.query(sql`
    update identity.sign_in_throttles t
    set blocked_until = clock_timestamp() + make_interval(
      secs => least(${firstBlockSeconds} * power(2, least(t.failures - k.free, 20)), ${blockSecondsMax}))
    from unnest(${keys.map(({ key }) => key)}::text[], ${keys.map(({ free }) => free)}::int[]) as k (key, free)
    where t.tenant_id = ${tenantId} and t.key = k.key and t.failures >= k.free
      and t.blocked_until <= clock_timestamp()`);
}

/** How long the longest block of these keys lasts, in seconds. */
export async function blockedSeconds(
  database: Queryable,
  tenantId: string,
  keys: readonly string[],
): Promise<number> {
  const rows = await database.query<{ seconds: number }>(sql`
    select coalesce(ceil(extract(epoch from max(blocked_until) - clock_timestamp())), 0)::int as seconds
    from identity.sign_in_throttles
    where tenant_id = ${tenantId} and key = any (${keys}::text[])`);
  return rows[0]!.seconds;
}

/** Forgets every failure under these keys. */
export async function clear(tx: Queryable, tenantId: string, keys: readonly string[]): Promise<void> {
  await tx.query(sql`
    delete from identity.sign_in_throttles where tenant_id = ${tenantId} and key = any (${keys}::text[])`);
}

/** Takes one attempt back that was no failure. */
export async function takeBack(tx: Queryable, tenantId: string, keys: readonly string[]): Promise<void> {
  await tx.query(sql`
    update identity.sign_in_throttles
    set failures = greatest(failures - 1, 0), blocked_until = clock_timestamp()
    where tenant_id = ${tenantId} and key = any (${keys}::text[])`);
}
