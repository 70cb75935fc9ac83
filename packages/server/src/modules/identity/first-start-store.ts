import { adminsId, rootId, usersId } from "../../kit/call.ts";
import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";

/** The epoch, the user root and the roles admins and users of a tenant, where they are missing. */
export async function insertFoundations(tx: Queryable, tenantId: string): Promise<void> {
  await tx.query(sql`insert into identity.epochs (tenant_id) values (${tenantId}) on conflict do nothing`);
  await tx.query(sql`
    insert into identity.users (tenant_id, id, name, name_key, created_by_id)
    values (${tenantId}, ${rootId}, 'root', 'root', ${rootId})
    on conflict (tenant_id, id) do nothing`);
  await tx.query(sql`
    insert into identity.roles (tenant_id, id, name, name_key, description, created_by_id)
    values (${tenantId}, ${adminsId}, 'admins', 'admins', 'May do everything', ${rootId}),
      (${tenantId}, ${usersId}, 'users', 'users', 'Every user is in it', ${rootId})
    on conflict (tenant_id, id) do nothing`);
  await tx.query(sql`
    insert into identity.role_members (tenant_id, role_id, user_id)
    values (${tenantId}, ${adminsId}, ${rootId}), (${tenantId}, ${usersId}, ${rootId})
    on conflict (tenant_id, role_id, principal_id) do nothing`);
}

/** Whether the tenant has had its first admin. */
export async function hasFirstAdmin(database: Queryable, tenantId: string): Promise<boolean> {
  const rows = await database.query(sql`
    select tenant_id from identity.first_admins where tenant_id = ${tenantId}`);
  return rows.length === 1;
}

/** Takes the one place of a first admin; of several who try at once exactly one gets true. */
export async function claimFirstAdmin(tx: Queryable, tenantId: string, userId: string): Promise<boolean> {
  const rows = await tx.query(sql`
    insert into identity.first_admins (tenant_id, user_id) values (${tenantId}, ${userId})
    on conflict on constraint a_tenant_has_one_first_admin do nothing
    returning tenant_id`);
  return rows.length === 1;
}
