import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";

export interface AskedAdmission {
  tenantId: string;
  runnerId: string;
  fingerprint: string;
  incarnation: number;
  connectionId: string;
  transport: string;
  spoolId: string;
  facts: object;
}

export type Refusal = "credential" | "blocked" | "fenced";

export interface Admission {
  /** Undefined: it is let in. */
  refusal: Refusal | null;
  name: string;
  tags: string[];
  isDraining: boolean;
  receivedSeq: number;
  leftMs: number;
  lifeMs: number;
}

/**
 * Judges all who said hello, and notes those who are let in, in one statement. Of two with one id the later
 * incarnation stays; a start that is newer than the last one ends a drain.
 */
export async function admit(
  tx: Queryable,
  nodeId: string,
  asked: readonly AskedAdmission[],
): Promise<Admission[]> {
  const column = <Key extends keyof AskedAdmission>(key: Key) => asked.map((each) => each[key]);
  return tx.query<Admission>(sql`
    with asked as (
      select * from unnest(${column("tenantId")}::text[], ${column("runnerId")}::text[],
        ${column("fingerprint")}::text[], ${column("incarnation")}::bigint[], ${column("connectionId")}::text[],
        ${column("transport")}::text[], ${column("spoolId")}::text[],
        ${asked.map(({ facts }) => JSON.stringify(facts))}::text[])
      with ordinality as a (tenant_id, runner_id, fingerprint, incarnation, connection_id, transport, spool_id,
        facts, n)
    ), held as (
      select r.* from runners.runners r
      where r.id in (select runner_id from asked) order by r.id for update
    ), judged as (
      select a.*, r.name, r.tags,
        r.state = 'draining' and a.incarnation = r.incarnation as is_draining,
        case when r.spool_id = a.spool_id then r.received_seq else 0 end as received_seq,
        floor(extract(epoch from c.expires_at - now()) * 1000)::bigint as left_ms,
        floor(extract(epoch from c.expires_at - c.issued_at) * 1000)::bigint as life_ms,
        case
          when r.id is null or c.fingerprint is null or c.expires_at <= now()
            or runners.is_denied(a.tenant_id, a.runner_id, a.fingerprint, c.issued_at) then 'credential'
          when r.state = 'blocked' then 'blocked'
          when r.incarnation > a.incarnation or exists (
            select from asked b where b.runner_id = a.runner_id and (b.incarnation, b.n) > (a.incarnation, a.n))
            then 'fenced'
        end as refusal
      from asked a
      left join held r on r.tenant_id = a.tenant_id and r.id = a.runner_id
      left join runners.certificates c
        on c.tenant_id = a.tenant_id and c.runner_id = a.runner_id and c.fingerprint = a.fingerprint
    ), noted as (
      update runners.runners r
      set facts = j.facts::jsonb, connection_id = j.connection_id, node_id = ${nodeId}, transport = j.transport,
        connected_at = now(), last_seen_at = now(), busy = 0, refusing = '',
        state = case when r.state = 'draining' and not j.is_draining then 'enrolled' else r.state end,
        incarnation = j.incarnation, spool_id = j.spool_id, received_seq = j.received_seq
      from judged j
      where r.id = j.runner_id and j.refusal is null
      returning r.id
    )
    select refusal, coalesce(name, '') as name, coalesce(tags, '{}') as tags,
      coalesce(is_draining, false) as "isDraining", coalesce(received_seq, 0) as "receivedSeq",
      coalesce(left_ms, 0) as "leftMs", coalesce(life_ms, 0) as "lifeMs"
    from judged order by n`);
}

export interface Sign {
  runnerId: string;
  connectionId: string;
  busy: number;
  refusing: string;
}

/** Notes who gave a sign of life since the last time. */
export async function noteSigns(database: Queryable, signs: readonly Sign[]): Promise<void> {
  await database.query(sql`
    update runners.runners r set last_seen_at = now(), busy = s.busy, refusing = s.refusing
    from unnest(${signs.map(({ runnerId }) => runnerId)}::text[],
      ${signs.map(({ connectionId }) => connectionId)}::text[], ${signs.map(({ busy }) => busy)}::int[],
      ${signs.map(({ refusing }) => refusing)}::text[]) as s (runner_id, connection_id, busy, refusing)
    where r.id = s.runner_id and r.connection_id = s.connection_id`);
}

/** Notes who went; whoever came back by another connection meanwhile stays. Answers whom it noted. */
export async function noteLeft(
  tx: Queryable,
  left: readonly { runnerId: string; connectionId: string }[],
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`
    update runners.runners r set node_id = null, connection_id = null, last_seen_at = now(), busy = 0
    from unnest(${left.map(({ runnerId }) => runnerId)}::text[],
      ${left.map(({ connectionId }) => connectionId)}::text[]) as l (runner_id, connection_id)
    where r.id = l.runner_id and r.connection_id = l.connection_id
    returning r.id`);
  return rows.map(({ id }) => id);
}

export interface Received {
  runnerId: string;
  connectionId: string;
  seq: number;
}

/** Keeps up to where each spool was received; false where another connection speaks for the runner by now. */
export async function keepReceived(database: Queryable, received: readonly Received[]): Promise<boolean[]> {
  const rows = await database.query<{ kept: boolean }>(sql`
    with given as (
      select * from unnest(${received.map(({ runnerId }) => runnerId)}::text[],
        ${received.map(({ connectionId }) => connectionId)}::text[], ${received.map(({ seq }) => seq)}::bigint[])
      with ordinality as g (runner_id, connection_id, seq, n)
    ), latest as (
      select runner_id, connection_id, max(seq) as seq from given group by 1, 2
    ), kept as (
      update runners.runners r set received_seq = greatest(r.received_seq, l.seq)
      from latest l where r.id = l.runner_id and r.connection_id = l.connection_id
      returning r.id, r.connection_id
    )
    select k.id is not null as kept
    from given g left join kept k on k.id = g.runner_id and k.connection_id = g.connection_id
    order by g.n`);
  return rows.map(({ kept }) => kept);
}

export interface Standing {
  runnerId: string;
  connectionId: string;
  fingerprint: string;
  tenantId: string;
}

/** Of those who are connected, whoever may not be any more, and why; and who shall drain. */
export async function listFallen(
  database: Queryable,
  standing: readonly Standing[],
): Promise<{ connectionId: string; why: Refusal | "draining" }[]> {
  return database.query<{ connectionId: string; why: Refusal | "draining" }>(sql`
    select s.connection_id as "connectionId", case
        when r.id is null or c.fingerprint is null or c.expires_at <= now()
          or runners.is_denied(s.tenant_id, s.runner_id, s.fingerprint, c.issued_at) then 'credential'
        when r.state = 'blocked' then 'blocked'
        when r.connection_id is distinct from s.connection_id then 'fenced'
        when r.state = 'draining' then 'draining'
      end as why
    from unnest(${standing.map(({ tenantId }) => tenantId)}::text[],
      ${standing.map(({ runnerId }) => runnerId)}::text[], ${standing.map(({ fingerprint }) => fingerprint)}::text[],
      ${standing.map(({ connectionId }) => connectionId)}::text[])
      as s (tenant_id, runner_id, fingerprint, connection_id)
    left join runners.runners r on r.tenant_id = s.tenant_id and r.id = s.runner_id
    left join runners.certificates c on c.runner_id = r.id and c.fingerprint = s.fingerprint
    where r.id is null or c.fingerprint is null or c.expires_at <= now() or r.state <> 'enrolled'
      or r.connection_id is distinct from s.connection_id
      or runners.is_denied(s.tenant_id, s.runner_id, s.fingerprint, c.issued_at)`);
}
