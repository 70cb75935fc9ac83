import type { Command } from "commander";
import type { Context } from "../context.ts";
import { usage } from "../failures.ts";
import { pageSize, takeFirst } from "../pages.ts";
import { askSecret } from "../prompts.ts";
import { defined, parseWhole } from "../values.ts";
import { roleIdOf, userIdOf } from "./principals.ts";

interface UserOptions {
  email?: string;
  language?: string;
}

/** Adds `users` with its subcommands. */
export function addUsers(program: Command, context: Context): void {
  const users = program.command("users").description("who signs in; users are named by name or id");
  addReading(users, context);
  addDefining(users, context);
  addPasswords(users, context);
}

function addReading(users: Command, context: Context): void {
  users
    .command("list")
    .description("list users by name")
    .option("--name <text>", "only names that begin so")
    .option("--limit <n>", "at most so many", "100")
    .action(async (options: { name?: string; limit: string }) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const client = await context.client();
      const query = { limit: pageSize(limit), ...defined({ name: options.name }) };
      const { items, more } = await takeFirst(client.listUsers(query), limit);
      context.out.list(items, [
        { header: "id", value: (user) => user.id },
        { header: "name", value: (user) => user.name },
        { header: "email", value: (user) => user.email },
        { header: "disabled", value: (user) => user.disabled },
        { header: "created", value: (user) => user.createdAt },
      ]);
      if (more) context.out.note("There are more: raise --limit.");
    });
  users
    .command("show <user>")
    .description("show a user")
    .action(async (user: string) => {
      const client = await context.client();
      context.out.record(await client.getUser(await userIdOf(client, user)));
    });
}

function addDefining(users: Command, context: Context): void {
  users
    .command("create <name>")
    .description("make a user; without --password there is none until a reset link is used")
    .option("--email <address>", "good for signing in as well; none: no address")
    .option("--language <tag>", "preferred language, as de or pt-BR")
    .option("--password", "ask for a password")
    .option("--role <role...>", "roles that the user is in from the start")
    .action(async (name: string, options: UserOptions & { password?: true; role?: string[] }) => {
      const password = options.password === true ? await askSecret(`Password for ${name}: `) : undefined;
      const client = await context.client();
      const roleIds = await Promise.all((options.role ?? []).map((role) => roleIdOf(client, role)));
      const user = await client.createUser({ name, roleIds, ...defined({ password }), ...fieldsOf(options) });
      context.out.done(`User ${user.name} is there, as ${user.id}.`, user);
    });
  users
    .command("update <user>")
    .description("change a user")
    .option("--name <name>", "another name")
    .option("--email <address>", "another address; none: no address")
    .option("--language <tag>", "preferred language; none: the browser's own")
    .option("--disable", "the user can do nothing at all from the next request on")
    .option("--enable", "the user may come in again")
    .action(async (user: string, options: UserOptions & { name?: string; disable?: true; enable?: true }) => {
      if (options.disable === true && options.enable === true) throw usage("Either --disable or --enable.");
      const disabled = options.disable === true ? true : options.enable === true ? false : undefined;
      const changes = { ...fieldsOf(options), ...defined({ name: options.name, disabled }) };
      if (Object.keys(changes).length === 0) throw usage("Say what to change; see --help.");
      const client = await context.client();
      const changed = await client.updateUser(await userIdOf(client, user), changes);
      context.out.done(`User ${changed.name} is changed.`, changed);
    });
  users
    .command("delete <user>")
    .description("delete a user with all tokens and sessions")
    .action(async (user: string) => {
      const client = await context.client();
      const id = await userIdOf(client, user);
      await client.deleteUser(id);
      context.out.done(`User ${user} is deleted.`, { deleted: id });
    });
}

function addPasswords(users: Command, context: Context): void {
  users
    .command("set-password <user>")
    .description("set a password; your own needs the present one. Ends the user's sessions")
    .option("--revoke-tokens", "and the user's tokens")
    .action(async (user: string, options: { revokeTokens?: true }) => {
      const client = await context.client();
      const id = await userIdOf(client, user);
      const isOwn = (await client.whoAmI()).user.id === id;
      const oldPassword = isOwn ? await askSecret("Present password: ") : undefined;
      const password = await askSecret("New password: ");
      await client.setPassword(id, {
        password,
        ...defined({ oldPassword, revokeTokens: options.revokeTokens }),
      });
      context.out.done(`The password of ${user} is set.`, { user: id });
    });
  users
    .command("reset-password <user>")
    .description("make a one-time link by which a user sets another password")
    .action(async (user: string) => {
      const client = await context.client();
      const made = await client.resetPassword(await userIdOf(client, user));
      const way = `POST ${context.url}/api/v1/password-resets with {"token": "${made.token}", "password": "..."}`;
      context.out.done(`Good once, until ${made.expiresAt}: ${way}`, made);
    });
}

function fieldsOf({ email, language }: UserOptions): { email?: string | null; language?: string | null } {
  const orNull = (text: string | undefined) => (text === "none" ? null : text);
  return defined({ email: orNull(email), language: orNull(language) });
}
