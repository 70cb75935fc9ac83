import type { Command } from "commander";
import type { Context } from "../context.ts";
import { pageSize, takeFirst } from "../pages.ts";
import { defined, parseList, parseWhole } from "../values.ts";
import { userIdOf } from "./principals.ts";

/** Adds `tokens` with its subcommands. */
export function addTokens(program: Command, context: Context): void {
  const tokens = program.command("tokens").description("API tokens: secrets that speak for a user");
  addCreate(tokens, context);
  tokens
    .command("list")
    .description("list your tokens, or, for admins, another user's; the newest first")
    .option("--user <user>", "another user's")
    .option("--limit <n>", "at most so many", "100")
    .action(async (options: { user?: string; limit: string }) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const client = await context.client();
      const user = options.user === undefined ? undefined : await userIdOf(client, options.user);
      const { items, more } = await takeFirst(
        client.listTokens({ limit: pageSize(limit), ...defined({ user }) }),
        limit,
      );
      context.out.list(items, [
        { header: "id", value: (token) => token.id },
        { header: "name", value: (token) => token.name },
        { header: "scopes", value: (token) => token.scopes?.join(", ") ?? "everything" },
        { header: "expires", value: (token) => token.expiresAt },
        { header: "last used", value: (token) => token.lastUsedAt },
      ]);
      if (more) context.out.note("There are more: raise --limit.");
    });
  tokens
    .command("show <token>")
    .description("show a token by its id, without its text")
    .action(async (id: string) => {
      const client = await context.client();
      context.out.record(await client.getToken(id));
    });
  tokens
    .command("revoke <token...>")
    .description("revoke tokens by their ids; holds at the next request")
    .action(async (ids: string[]) => {
      const client = await context.client();
      for (const id of ids) await client.revokeToken(id);
      context.out.done(`Revoked: ${ids.join(", ")}`, { revoked: ids });
    });
}

function addCreate(tokens: Command, context: Context): void {
  tokens
    .command("create <name>")
    .description("make a token; its text is shown this once")
    .option(
      "--scopes <list>",
      "comma list, as queues:read,items:write; everything that its user may do if not given",
    )
    .option("--days <n>", "good so long")
    .option("--user <user>", "for another user")
    .action(async (name: string, options: { scopes?: string; days?: string; user?: string }) => {
      const { scopes, days, user } = options;
      const expiresInDays = days === undefined ? undefined : parseWhole(days, "--days", { min: 1 });
      const client = await context.client();
      const userId = user === undefined ? undefined : await userIdOf(client, user);
      const wanted = defined({
        scopes: scopes === undefined ? undefined : parseList(scopes),
        expiresInDays,
        userId,
      });
      const made = await client.createToken({ name, ...wanted } as never);
      if (!context.out.json)
        context.out.note(`Token ${made.id}, good until ${made.expiresAt}. Shown this once:`);
      context.out.done(made.token, made);
    });
}
