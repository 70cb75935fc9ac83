import type { Command } from "commander";
import type { Client, Secret } from "@millrace/sdk";
import type { Context } from "../context.ts";
import { usage } from "../failures.ts";
import { loadSdk } from "../packages.ts";
import { pageSize, takeFirst } from "../pages.ts";
import { askSecret } from "../prompts.ts";
import type { Column } from "../table.ts";
import { encodingErrorOf } from "../utf8.ts";
import { defined, parseJson, parseJsonText, parseWhole } from "../values.ts";

interface SetOptions {
  parse?: true;
  description?: string;
  acl?: string;
  ifVersion?: string;
}

const columns: Column<Secret>[] = [
  { header: "name", value: (secret) => secret.name },
  { header: "version", value: (secret) => secret.version, right: true },
  { header: "value changed", value: (secret) => secret.valueChangedAt },
  { header: "description", value: (secret) => secret.description },
];

/** Adds `secret` with its subcommands. */
export function addSecrets(program: Command, context: Context): void {
  const secrets = program.command("secret").description("secrets: values to use, which nobody reads again");
  addSet(secrets, context);
  secrets
    .command("list")
    .description("list the secrets you may read, without their values")
    .option("--limit <n>", "at most so many", "100")
    .action(async (options: { limit: string }) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const client = await context.client();
      const { items, more } = await takeFirst(client.listSecrets({ limit: pageSize(limit) }), limit);
      context.out.list(items, columns, "No secrets yet. Keep one: millrace secret set <name>");
      if (more) context.out.note("There are more: raise --limit.");
    });
  secrets
    .command("show <secret>")
    .description("show what is known of a secret, without its value")
    .action(async (secret: string) => {
      const client = await context.client();
      context.out.record(await client.getSecret(secret));
    });
  secrets
    .command("delete <secret...>")
    .description("delete secrets for good")
    .action(async (names: string[]) => {
      const client = await context.client();
      for (const name of names) await client.deleteSecret(name);
      context.out.done(`Deleted: ${names.join(", ")}`, { deleted: names });
    });
}

function addSet(secrets: Command, context: Context): void {
  secrets
    .command("set <name>")
    .description("keep a secret, or replace its value: typed unseen, or all of the standard input")
    .option("--parse", "the value is JSON; text if not given")
    .option("--description <text>", "for people")
    .option("--acl <json>", "who may do what: JSON or @file")
    .option("--if-version <n>", "only if the secret still has this version")
    .action(async (name: string, options: SetOptions) => {
      const version =
        options.ifVersion === undefined ? undefined : parseWhole(options.ifVersion, "--if-version");
      if (options.acl === "-") throw usage("--acl: the standard input is the value's; use @file");
      const acl = options.acl === undefined ? undefined : parseJson(options.acl, "--acl");
      const beside = defined({ description: options.description, acl }) as Partial<Secret>;
      const text = await readValue(name);
      const value = options.parse === true ? parseValue(text) : text;
      const kept = await keep(await context.client(), { name, value, beside, version });
      context.out.done(`Secret ${kept.name} is kept, version ${kept.version}.`, kept);
    });
}

interface Kept {
  name: string;
  value: unknown;
  beside: Partial<Secret>;
  version: number | undefined;
}

/** Replaces the value of a secret that is there, makes one that is not. */
async function keep(client: Client, { name, value, beside, version }: Kept): Promise<Secret> {
  try {
    const kept = await client.setSecretValue(name, { value }, defined({ version }));
    if (Object.keys(beside).length === 0) return kept;
    return await client.updateSecret(name, beside, { version: kept.version });
  } catch (error) {
    const { MillraceError } = await loadSdk();
    const isNew = error instanceof MillraceError && error.code === "not_found" && version === undefined;
    if (!isNew) throw error;
    return client.createSecret({ name, value, ...beside });
  }
}

/** All of the standard input without its last line break, or what is typed where that is a terminal. */
async function readValue(name: string): Promise<string> {
  if (process.stdin.isTTY) return askSecret(`Value of ${name}: `);
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const wrong = encodingErrorOf(bytes);
  if (wrong !== undefined) throw usage(`The value: line ${wrong.line}: ${wrong.message}`);
  const text = bytes.toString("utf8").replace(/\r?\n$/, "");
  if (text === "")
    throw usage("The value is missing: type it on a terminal, or give it on the standard input.");
  return text;
}

/** What is wrong with the text would show some of it. */
function parseValue(text: string): unknown {
  try {
    return parseJsonText(text);
  } catch {
    throw usage("--parse: the value must be JSON");
  }
}
