import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { type AclEntry, readersOf } from "../access/model.ts";
import type { RunnerFacts, RunnerView } from "./model.ts";

/** A runner as it is stored. */
export interface RunnerRow {
  id: string;
  tenantId: string;
  name: string;
  tags: string[];
  acl: AclEntry[];
  state: "enrolled" | "draining" | "blocked";
  version: number;
  facts: Partial<RunnerFacts>;
  incarnation: number;
  isThere: boolean;
  busy: number;
  refusing: string;
  transport: string;
  enrolledAt: string;
  connectedAt: string | null;
  lastSeenAt: string | null;
  certificateUntil: string | null;
}

export async function insert(
  tx: Queryable,
  runner: Pick<RunnerRow, "id" | "tenantId" | "name" | "tags" | "acl"> & { createdById: string },
): Promise<void> {
  const { canRead, cannotRead } = readersOf(runner.acl);
  await tx.query(sql`
    insert into runners.runners (id, tenant_id, name, tags, acl, can_read, cannot_read, created_by_id)
    values (${runner.id}, ${runner.tenantId}, ${runner.name}, ${runner.tags}, ${JSON.stringify(runner.acl)},
      ${canRead}, ${cannotRead}, ${runner.createdById})`);
}

export async function count(tx: Queryable, tenantId: string): Promise<number> {
  const rows = await tx.query<{ count: number }>(sql`
    select count(*)::int as count from runners.runners where tenant_id = ${tenantId}`);
  return rows[0]!.count;
}

/** One runner; `seconds` without a sign make it absent. */
export async function find(
  reader: Queryable,
  tenantId: string,
  id: string,
  seconds: number,
): Promise<RunnerRow | undefined> {
  const rows = await reader.query<RunnerRow>(sql`
    select r.id, r.tenant_id as "tenantId", r.name, r.tags, r.acl, r.state, r.version, r.facts, r.incarnation,
      r.node_id is not null and r.last_seen_at > now() - make_interval(secs => ${seconds}) as "isThere",
      r.busy, r.refusing, r.transport, r.enrolled_at as "enrolledAt", r.connected_at as "connectedAt",
      r.last_seen_at as "lastSeenAt",
      (select max(c.expires_at) from runners.certificates c where c.runner_id = r.id) as "certificateUntil"
    from runners.runners r
    where r.tenant_id = ${tenantId} and r.id = ${id}`);
  return rows[0];
}

/** The runners that a caller may read, by name, after `afterName`. */
export async function list(
  reader: Queryable,
  caller: { tenantId: string; isAdmin: boolean; principalIds: readonly string[] },
  { afterName, limit, seconds }: { afterName: string; limit: number; seconds: number },
): Promise<RunnerRow[]> {
  return reader.query<RunnerRow>(sql`
    select r.id, r.tenant_id as "tenantId", r.name, r.tags, r.acl, r.state, r.version, r.facts, r.incarnation,
      r.node_id is not null and r.last_seen_at > now() - make_interval(secs => ${seconds}) as "isThere",
      r.busy, r.refusing, r.transport, r.enrolled_at as "enrolledAt", r.connected_at as "connectedAt",
      r.last_seen_at as "lastSeenAt",
      (select max(c.expires_at) from runners.certificates c where c.runner_id = r.id) as "certificateUntil"
    from runners.runners r
    where r.tenant_id = ${caller.tenantId} and r.name > ${afterName}
      and (${caller.isAdmin} or (r.can_read && ${caller.principalIds}::text[]
        and not r.cannot_read && ${caller.principalIds}::text[]))
    order by r.name
    limit ${limit}`);
}

/** Changes tags and ACL; false if the runner is gone. */
export async function update(
  tx: Queryable,
  runner: Pick<RunnerRow, "id" | "tenantId" | "tags" | "acl">,
): Promise<boolean> {
  const { canRead, cannotRead } = readersOf(runner.acl);
  const rows = await tx.query(sql`
    update runners.runners
    set tags = ${runner.tags}, acl = ${JSON.stringify(runner.acl)}, can_read = ${canRead},
      cannot_read = ${cannotRead}, version = version + 1
    where tenant_id = ${runner.tenantId} and id = ${runner.id}
    returning id`);
  return rows.length === 1;
}

/** False if the runner is gone, or is in that state already. */
export async function setState(
  tx: Queryable,
  { tenantId, id, state }: Pick<RunnerRow, "tenantId" | "id" | "state">,
): Promise<boolean> {
  const rows = await tx.query(sql`
    update runners.runners set state = ${state}, version = version + 1
    where tenant_id = ${tenantId} and id = ${id} and state <> ${state}
    returning id`);
  return rows.length === 1;
}

/** Removes a runner and its certificates. */
export async function remove(tx: Queryable, tenantId: string, id: string): Promise<void> {
  await tx.query(sql`
    delete from runners.certificates where tenant_id = ${tenantId} and runner_id = ${id}`);
  await tx.query(sql`
    delete from runners.runners where tenant_id = ${tenantId} and id = ${id}`);
}

/** What is let in no more. */
export interface Denial {
  id: string;
  kind: "runner" | "certificate" | "issued_before";
  value: string;
  issuedBefore: string | null;
  reason: string;
  createdAt: string;
}

export async function insertDenial(
  tx: Queryable,
  tenantId: string,
  denial: Pick<Denial, "id" | "kind" | "value" | "reason"> & { createdById: string },
): Promise<Denial> {
  const rows = await tx.query<Denial>(sql`
    insert into runners.denials (id, tenant_id, kind, value, issued_before, reason, created_by_id)
    values (${denial.id}, ${tenantId}, ${denial.kind}, ${denial.value},
      case when ${denial.kind} = 'issued_before' then now() end, ${denial.reason}, ${denial.createdById})
    on conflict (tenant_id, kind, value, issued_before) do update set reason = excluded.reason
    returning id, kind, value, issued_before as "issuedBefore", reason, created_at as "createdAt"`);
  return rows[0]!;
}

export async function listDenials(reader: Queryable, tenantId: string, limit: number): Promise<Denial[]> {
  return reader.query<Denial>(sql`
    select id, kind, value, issued_before as "issuedBefore", reason, created_at as "createdAt"
    from runners.denials where tenant_id = ${tenantId} order by id desc limit ${limit}`);
}

export async function removeDenial(tx: Queryable, tenantId: string, id: string): Promise<Denial | undefined> {
  const rows = await tx.query<Denial>(sql`
    delete from runners.denials where tenant_id = ${tenantId} and id = ${id}
    returning id, kind, value, issued_before as "issuedBefore", reason, created_at as "createdAt"`);
  return rows[0];
}

/** The view of a stored runner. */
export function viewOf(row: RunnerRow): RunnerView {
  const { facts, isThere } = row;
  const present = row.state === "draining" ? "draining" : "online";
  return {
    id: row.id,
    name: row.name,
    state: row.state === "blocked" ? "blocked" : isThere ? present : "offline",
    tags: row.tags,
    version: facts.version ?? "",
    protocols: facts.protocols ?? [],
    incarnation: row.incarnation,
    platform: facts.platform ?? { os: "", arch: "", hostname: "" },
    runtimes: facts.runtimes ?? [],
    sandbox: facts.sandbox ?? "",
    slots: facts.slots ?? 0,
    busy: isThere ? row.busy : 0,
    refusing: isThere ? row.refusing : "",
    transport: row.transport,
    enrolledAt: row.enrolledAt,
    connectedAt: row.connectedAt,
    lastSeenAt: row.lastSeenAt,
    certificateUntil: row.certificateUntil,
  };
}
