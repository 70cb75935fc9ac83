import { adminsId, rootId, usersId } from "../../kit/call.ts";
import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { everyoneId, type GivenRole, guestId } from "./model.ts";

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

/**
 * The user guest in the role everyone, `users` in it too, and these roles, where they are missing; a name that somebody
 * else has taken stays his. Answers whether anybody got into a role by it.
 */
export async function insertGuestAndRoles(
  tx: Queryable,
  tenantId: string,
  roles: readonly GivenRole[],
): Promise<boolean> {
  await tx.query(sql`
    insert into identity.users (tenant_id, id, name, name_key, created_by_id)
    values (${tenantId}, ${guestId}, 'guest', 'guest', ${rootId})
    on conflict do nothing`);
  await tx.query(sql`
    insert into identity.roles (tenant_id, id, name, name_key, description, created_by_id)
    select ${tenantId}, given.id, given.name, given.name, given.description, ${rootId}
    from unnest(${roles.map(({ id }) => id)}::text[], ${roles.map(({ name }) => name)}::text[],
      ${roles.map(({ description }) => description)}::text[]) as given (id, name, description)
    on conflict do nothing`);
  const joined = await tx.query(sql`
    insert into identity.role_members (tenant_id, role_id, user_id, member_role_id)
    select r.tenant_id, r.id, m.user_id, m.role_id
    from identity.roles r
    cross join (values (${guestId}, null), (null, ${usersId})) m (user_id, role_id)
    where r.tenant_id = ${tenantId} and r.id = ${everyoneId}
      and (m.user_id is null or exists (
        select 1 from identity.users u where u.tenant_id = r.tenant_id and u.id = m.user_id))
    on conflict (tenant_id, role_id, principal_id) do nothing
    returning role_id`);
  return joined.length > 0;
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
