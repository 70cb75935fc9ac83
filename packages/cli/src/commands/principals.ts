import type { Client } from "@millrace/sdk";
import { CommandError, exitCodes } from "../failures.ts";

const idPattern = /^[0-9a-f]{24}$/;

/** The id of a user that was named by id or by name. */
export async function userIdOf(client: Client, user: string): Promise<string> {
  return idPattern.test(user) ? user : named(client.listUsers({ name: user, limit: 500 }), user, "user");
}

/** The id of a role that was named by id or by name. */
export async function roleIdOf(client: Client, role: string): Promise<string> {
  return idPattern.test(role) ? role : named(client.listRoles({ name: role, limit: 500 }), role, "role");
}

/** The id of a member of a role: a user, or a role. */
export async function principalIdOf(client: Client, principal: string): Promise<string> {
  try {
    return await userIdOf(client, principal);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return named(client.listRoles({ name: principal, limit: 500 }), principal, "user or role");
  }
}

async function named(
  found: AsyncIterable<{ id: string; name: string }>,
  name: string,
  what: string,
): Promise<string> {
  const key = keyOf(name);
  for await (const candidate of found) if (keyOf(candidate.name) === key) return candidate.id;
  throw new CommandError(`There is no ${what} ${JSON.stringify(name)}.`, exitCodes.notFound);
}

/** Names are told apart without regard to case. */
function keyOf(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
