import type { Command } from "commander";
import type { Context } from "../context.ts";
import { pageSize, takeFirst } from "../pages.ts";
import { defined, parseWhole } from "../values.ts";
import { principalIdOf, roleIdOf } from "./principals.ts";

/** Adds `roles` with its subcommands. */
export function addRoles(program: Command, context: Context): void {
  const roles = program.command("roles").description("named sets of users and roles, to grant rights to");
  addReading(roles, context);
  addDefining(roles, context);
  addMembers(roles, context);
}

function addReading(roles: Command, context: Context): void {
  roles
    .command("list")
    .description("list roles by name")
    .option("--limit <n>", "at most so many", "100")
    .action(async (options: { limit: string }) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const client = await context.client();
      const { items, more } = await takeFirst(client.listRoles({ limit: pageSize(limit) }), limit);
      context.out.list(items, [
        { header: "id", value: (role) => role.id },
        { header: "name", value: (role) => role.name },
        { header: "description", value: (role) => role.description },
      ]);
      if (more) context.out.note("There are more: raise --limit.");
    });
  roles
    .command("show <role>")
    .description("show a role")
    .action(async (role: string) => {
      const client = await context.client();
      context.out.record(await client.getRole(await roleIdOf(client, role)));
    });
  roles
    .command("members <role>")
    .description("list a role's direct members")
    .option("--limit <n>", "at most so many", "100")
    .action(async (role: string, options: { limit: string }) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const client = await context.client();
      const pages = client.listRoleMembers(await roleIdOf(client, role), { limit: pageSize(limit) });
      const { items, more } = await takeFirst(pages, limit);
      context.out.list(items, [
        { header: "kind", value: (member) => member.kind },
        { header: "id", value: (member) => member.id },
        { header: "name", value: (member) => member.name },
      ]);
      if (more) context.out.note("There are more: raise --limit.");
    });
}

function addDefining(roles: Command, context: Context): void {
  roles
    .command("create <name>")
    .description("make a role")
    .option("--description <text>", "for people")
    .action(async (name: string, options: { description?: string }) => {
      const client = await context.client();
      const role = await client.createRole({ name, ...defined({ description: options.description }) });
      context.out.done(`Role ${role.name} is there, as ${role.id}.`, role);
    });
  roles
    .command("update <role>")
    .description("change a role's name or description")
    .option("--name <name>", "another name")
    .option("--description <text>", "for people")
    .action(async (role: string, { name, description }: { name?: string; description?: string }) => {
      const client = await context.client();
      const changed = await client.updateRole(await roleIdOf(client, role), defined({ name, description }));
      context.out.done(`Role ${changed.name} is changed.`, changed);
    });
  roles
    .command("delete <role>")
    .description("delete a role: its members lose what it was granted")
    .action(async (role: string) => {
      const client = await context.client();
      const id = await roleIdOf(client, role);
      await client.deleteRole(id);
      context.out.done(`Role ${role} is deleted.`, { deleted: id });
    });
}

function addMembers(roles: Command, context: Context): void {
  roles
    .command("add <role> <principal>")
    .description("put a user or a role into a role; circles are refused")
    .action(async (role: string, principal: string) => {
      const client = await context.client();
      const principalId = await principalIdOf(client, principal);
      await client.addRoleMember(await roleIdOf(client, role), { principalId });
      context.out.done(`${principal} is in ${role}.`, { role, principalId });
    });
  roles
    .command("remove <role> <principal>")
    .description("take a user or a role out of a role")
    .action(async (role: string, principal: string) => {
      const client = await context.client();
      const principalId = await principalIdOf(client, principal);
      await client.removeRoleMember(await roleIdOf(client, role), principalId);
      context.out.done(`${principal} is out of ${role}.`, { role, principalId });
    });
}
