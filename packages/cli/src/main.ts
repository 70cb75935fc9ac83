import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { addBackup } from "./commands/backup.ts";
import { addCompletion } from "./commands/completion.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addDocuments } from "./commands/documents.ts";
import { addEvents } from "./commands/events.ts";
import { addFiles } from "./commands/files.ts";
import { addImport } from "./commands/import.ts";
import { addItems } from "./commands/items.ts";
import { addJobs } from "./commands/jobs.ts";
import { addLogin } from "./commands/login.ts";
import { addPackages } from "./commands/packages.ts";
import { addMessages } from "./commands/messages.ts";
import { addQueues } from "./commands/queues.ts";
import { addRoles } from "./commands/roles.ts";
import { addRunners } from "./commands/runners.ts";
import { addRuns } from "./commands/runs.ts";
import { addSecrets } from "./commands/secrets.ts";
import { addTokens } from "./commands/tokens.ts";
import { addTriggers } from "./commands/triggers.ts";
import { addUp } from "./commands/up.ts";
import { addUsers } from "./commands/users.ts";
import { addWatch } from "./commands/watch.ts";
import { addWorkflows } from "./commands/workflows.ts";
import { Context, type GlobalOptions } from "./context.ts";
import { exitCodeOf, exitCodes, jsonOf, messageOf } from "./failures.ts";
import { loadServer } from "./packages.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Commands with a flag for each setting of the server; `completion` names those flags. */
const needingSettings = new Set(["up", "backup", "restore", "doctor", "completion"]);
/** Global options that take the next word as their value. */
const takingValues = new Set(["--profile", "--url", "--token"]);

/** Runs one command; answers its exit code. */
export async function main(argv: string[]): Promise<number> {
  const context = new Context(process.env, version);
  endQuietlyWithReader();
  try {
    const program = await buildProgram(context, argv);
    await program.parseAsync(argv, { from: "user" });
    return exitCodes.ok;
  } catch (error) {
    return fail(context, error);
  } finally {
    await context.close();
  }
}

async function buildProgram(context: Context, argv: readonly string[]): Promise<Command> {
  const program = new Command("millrace")
    .description("Millrace: queues, documents, files and live changes on one PostgreSQL")
    .option("--json", "one JSON value, or one a line where they come one by one")
    .option("--profile <name>", "which profile to use [of the file MILLRACE_PROFILE]")
    .option("--url <url>", "where the server is [MILLRACE_URL]")
    .option("--token <token>", "an API token; others on this machine may see it: rather use [MILLRACE_TOKEN]")
    .exitOverride()
    .showHelpAfterError("Run with --help to see what there is.")
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", `\n${exitCodesHelp}`);
  // After a command, --version is the command's own: the version of a queue, of a document.
  if (commandOf(argv) === "") program.version(version, "-V, --version", "say which version this is");
  program.hook("preAction", (_program, action) => {
    context.configure(action.optsWithGlobals<GlobalOptions>(), action);
  });
  const needsSettings = needingSettings.has(commandOf(argv));
  const settings = needsSettings ? (await loadServer()).describeSettings() : [];
  addUp(program, context, settings);
  for (const add of [addLogin, addQueues, addItems, addMessages, addDocuments, addFiles])
    add(program, context);
  for (const add of [addWorkflows, addRuns, addTriggers, addSecrets, addPackages, addJobs, addRunners])
    add(program, context);
  for (const add of [addUsers, addRoles, addTokens, addWatch, addEvents, addImport]) add(program, context);
  addBackup(program, context, settings);
  addDoctor(program, context, settings);
  addCompletion(program, context);
  return program;
}

const exitCodesHelp = `Exit codes: ${Object.entries(exitCodes)
  .map(([name, code]) => `${code} ${name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`)
  .join(", ")}`;

/** The first word that is neither a flag nor a flag's value; of `help up`, the second. */
function commandOf(argv: readonly string[]): string {
  const words = argv.filter(
    (word, index) => !word.startsWith("-") && !takingValues.has(argv[index - 1] ?? ""),
  );
  return (words[0] === "help" ? words[1] : words[0]) ?? "";
}

function fail(context: Context, error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const { command } = context;
  const text = context.out.json
    ? JSON.stringify(jsonOf(error))
    : messageOf(error, { ...placeOf(context), command });
  process.stderr.write(`${text}\n`);
  return exitCodeOf(error, command);
}

function placeOf(context: Context): { url?: string; profile?: string | undefined } {
  try {
    return { url: context.url, profile: context.profileInUse };
  } catch {
    return {};
  }
}

/** `millrace items list films | head -1` is no failure. */
function endQuietlyWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(exitCodes.ok);
  });
}
