import type { Command } from "commander";
import type { Context } from "../context.ts";
import { usage } from "../failures.ts";
import { formats, type Format, openSource } from "../import-source.ts";
import { type ImportResult, runImport, type Target } from "../import-run.ts";
import { formatCount, formatDuration } from "../table.ts";
import { parseWhole, parseWord } from "../values.ts";
import { defaultPrefix, parseMapping } from "../import-shape.ts";

interface ImportOptions {
  queue?: string;
  collection?: string;
  format?: string;
  map?: string[];
  nameField?: string;
  idempotencyField?: string;
  keyPrefix?: string;
  delimiter?: string;
  skipBad?: true;
  batch: string;
}

/** Adds `import`. */
export function addImport(program: Command, context: Context): void {
  program
    .command("import <file>")
    .description("push records as work items, or insert them as documents; - reads the standard input")
    .option("--queue <queue>", "push every record into this queue")
    .option("--collection <name>", "insert every record into this collection")
    .option("--format <format>", `${formats.join(", ")}; told by the file's name if not given`)
    .option("--map <to=from...>", "fields to keep, as title=Title; all fields if not given")
    .option("--name-field <field>", "the field that names an item or document")
    .option("--idempotency-field <field>", "the field that makes a record unique; its number if not given")
    .option(
      "--key-prefix <text>",
      "what idempotency keys begin with; the file's name and digest if not given",
    )
    .option("--delimiter <character>", "between the values of CSV; a comma if not given, of .tsv a tab")
    .option("--batch <n>", "records of one call", "500")
    .option("--skip-bad", "go on after a record that is not valid; each is named with its place")
    .addHelpText("after", afterHelp)
    .action(async (file: string, options: ImportOptions) => {
      await importFile(context, file, options);
    });
}

const afterHelp = `
An import into a queue may be run again after a break: records that were pushed are not pushed twice, for 7 days. Of the
standard input that holds only with --key-prefix or --idempotency-field: nothing else tells one from another.
Into a collection it may with --idempotency-field: documents with the same value there are replaced.`;

async function importFile(context: Context, file: string, options: ImportOptions): Promise<void> {
  const target = targetOf(options);
  const batchMax = parseWhole(options.batch, "--batch", { min: 1, max: 1_000 });
  const source = openSource(file, formatOf(file, options.format), delimiterOf(file, options.delimiter));
  const shape = {
    mapping: parseMapping(options.map ?? []),
    nameField: options.nameField,
    idempotencyField: options.idempotencyField,
    keyPrefix: options.keyPrefix ?? (await defaultPrefix(source, options.idempotencyField)),
  };
  const where = target.kind === "queue" ? `queue ${target.name}` : `collection ${target.name}`;
  const progress = context.progress();
  const startedAt = performance.now();
  const client = await context.client();
  const result = await runImport({
    client,
    target,
    source,
    shape,
    batchMax,
    skipBad: options.skipBad === true,
    onBad: (place, message) => context.out.note(`${place}: ${message}`),
    onProgress: (done, bytes) => {
      const total = source.bytes === undefined ? {} : { total: source.bytes };
      progress.show({ done: bytes, ...total, text: formatCount(done, "record") });
    },
    onStop: ({ added, duplicates }) => {
      progress.clear();
      const before = thereBefore(duplicates, ", and ");
      context.out.note(`Stopped: ${formatCount(added, "record")} went into ${where}${before}.`);
    },
  }).finally(() => progress.clear());
  const took = formatDuration(performance.now() - startedAt);
  context.out.done(`${sentenceOf(result, where)}, in ${took}.`, result);
}

/** What became of the records, as a sentence. */
function sentenceOf({ added, duplicates, bad }: ImportResult, where: string): string {
  if (added + duplicates + bad === 0) return `Nothing went into ${where}: the source has nothing in it`;
  const left = bad === 0 ? "" : `, ${formatCount(bad, "bad record")} left out`;
  return `${formatCount(added, "record")} into ${where}${thereBefore(duplicates, ", ")}${left}`;
}

function thereBefore(duplicates: number, link: string): string {
  if (duplicates === 0) return "";
  return `${link}${formatCount(duplicates, "record")} ${duplicates === 1 ? "was" : "were"} there before`;
}

function delimiterOf(file: string, named: string | undefined): string | undefined {
  return named ?? (/\.tsv$/i.test(file) ? "\t" : undefined);
}

function targetOf({ queue, collection }: ImportOptions): Target {
  if (queue !== undefined && collection === undefined) return { kind: "queue", name: queue };
  if (collection !== undefined && queue === undefined) return { kind: "collection", name: collection };
  throw usage("Say where the records go: --queue or --collection.");
}

function formatOf(file: string, named: string | undefined): Format {
  if (named !== undefined) return parseWord(named, "--format", formats);
  const ending = /\.(json|ndjson|jsonl|csv|tsv)$/i.exec(file)?.[1]?.toLowerCase();
  if (ending === "jsonl") return "ndjson";
  if (ending === "tsv") return "csv";
  if (ending !== undefined) return parseWord(ending, "--format", formats);
  throw usage("--format: the file's name does not tell; say json, ndjson or csv");
}
