import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { measureQueries } from "./documents.ts";
import { type Growth, measureGrowth } from "./growth.ts";
import { measureLatency } from "./latency.ts";
import { fsyncRate, show, summarise, type Summary } from "./measure.ts";
import { measureEngines } from "./messages.ts";
import { measureOpeniap, type OpeniapRates } from "./openiap.ts";
import { measureGraphile, measurePgBoss, measureRaw } from "./peers.ts";
import { measureDbos, measureRuns, type RunRates } from "./runs.ts";
import { openStage, type Stage } from "./stage.ts";
import { measureWatches, residentMegabytes } from "./watches.ts";
import { type Kind, kinds, measureBare, measureOurs, measureOursApart, type Rates } from "./work-items.ts";

const { values: flags } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    scale: { type: "string", default: "1" },
    only: {
      type: "string",
      default: "work-items,runs,growth,latency,documents,watches,openiap,messages,idle",
    },
    waiting: { type: "string", default: "10000,1000000" },
    documents: { type: "string", default: "1000000" },
    watches: { type: "string", default: "5000" },
    "snapshot-seconds": { type: "string", default: "60" },
  },
});
const runs = Number(flags.runs);
const scale = Number(flags.scale);
const parts = new Set(flags.only.split(","));

const contenders: Record<string, (stage: Stage, scale: number) => Promise<Rates>> = {
  "Millrace (SDK over HTTP)": measureOurs,
  "Millrace (a request for each call)": measureOursApart,
  "bare path (the limit over HTTP)": measureBare,
  "graphile-worker 0.18 (in process)": measureGraphile,
  "pg-boss 10 (in process)": measurePgBoss,
  "raw SQL (the limit in process)": measureRaw,
};

print(
  `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
);
print(`fdatasync: ${show(fsyncRate())} a second; medians of ${runs} runs, the range in brackets`);
const stage = await openStage();
try {
  if (parts.has("idle")) print(`\nServer idle: ${show(residentMegabytes(stage))} MB resident`);
  if (parts.has("work-items")) await compareWorkItems(stage);
  if (parts.has("runs")) await compareRuns(stage);
  if (parts.has("latency")) {
    const { p50, p99 } = await measureLatency(stage);
    print(`\nPush to start of work, idle system: p50 ${show(p50)} ms, p99 ${show(p99)} ms`);
  }
  if (parts.has("growth")) await compareGrowth(stage);
  if (parts.has("documents")) {
    const { p50, p99, insertsPerSecond } = await measureQueries(stage, Number(flags.documents));
    print(
      `\nQuery by an indexed field with ACL, ${show(Number(flags.documents))} documents: ` +
        `p50 ${show(p50)} ms, p99 ${show(p99)} ms; loaded at ${show(insertsPerSecond)} documents/s`,
    );
  }
  if (parts.has("watches")) {
    const { p50, p99, megabytes } = await measureWatches(stage, Number(flags.watches));
    print(
      `\n${flags.watches} open watches: fan-out p50 ${show(p50)} ms, p99 ${show(p99)} ms; ${show(megabytes)} MB more`,
    );
  }
  if (parts.has("openiap")) await showOpeniap(stage);
  if (parts.has("messages")) await compareEngines(stage);
} finally {
  await stage.close();
}

/** Workflows of three steps. */
async function compareRuns(stage: Stage): Promise<void> {
  const measured = new Map<string, RunRates[]>();
  for (let run = 0; run < runs; run++) {
    for (const [name, measure] of [
      ["Millrace (over HTTP)", measureRuns],
      ["DBOS 5 (in process)", measureDbos],
    ] as const) {
      measured.set(name, [...(measured.get(name) ?? []), await measure(stage, scale)]);
      process.stderr.write(`run ${run + 1} of ${runs}: runs of workflows, ${name}\n`);
    }
  }
  print("\n| runs of three steps | a second, 64 at once | alone, p50 ms | p99 ms |\n|---|---|---|---|");
  for (const [name, rates] of measured) {
    const of = (key: keyof RunRates) => withRange(summarise(rates.map((each) => each[key])));
    print(`| ${name} | ${of("perSecond")} | ${of("p50")} | ${of("p99")} |`);
  }
}

/** Everybody in turn, then again, so that a slower hour of the machine hits all alike. */
async function compareWorkItems(stage: Stage): Promise<void> {
  const results = new Map<string, Rates[]>();
  for (let run = 0; run < runs; run++) {
    for (const [name, measure] of Object.entries(contenders)) {
      const rates = await measure(stage, scale);
      results.set(name, [...(results.get(name) ?? []), rates]);
      process.stderr.write(`run ${run + 1} of ${runs}: ${name}\n`);
    }
  }
  print(`\n| items a second | ${kinds.join(" | ")} |`);
  print(`|---|${kinds.map(() => "---:").join("|")}|`);
  for (const [name, rates] of results)
    print(`| ${name} | ${kinds.map((kind) => cellOf(rates, kind)).join(" | ")} |`);
}

async function compareEngines(stage: Stage): Promise<void> {
  print("\n| messages a second, sender to receiver | through the door | the engine's client alone |");
  print("|---|---:|---:|");
  for (const { engine, throughTheDoor, bare } of await measureEngines(stage, scale))
    print(`| ${engine} | ${show(throughTheDoor)} | ${show(bare)} |`);
}

async function showOpeniap(stage: Stage): Promise<void> {
  const results: OpeniapRates[] = [];
  for (let run = 0; run < runs; run++) results.push(await measureOpeniap(stage, scale));
  const of = (kind: keyof OpeniapRates) => withRange(summarise(results.map((each) => each[kind])));
  print(
    `\nOne client of OpenIAP's over WebSocket, 50 calls in flight: ${of("count")} Count/s, ` +
      `${of("pushWorkitem")} PushWorkitem/s, ${of("messages")} messages/s from client to client; ` +
      `${of("echo")}/s where the server does nothing`,
  );
}

function cellOf(rates: Rates[], kind: Kind): string {
  const values = rates.map((each) => each[kind]).filter((value) => value !== undefined);
  return values.length === 0 ? "" : withRange(summarise(values));
}

function withRange({ median, min, max }: Summary): string {
  return `${show(median)} [${show(min)}–${show(max)}]`;
}

async function compareGrowth(stage: Stage): Promise<void> {
  const rows: Growth[] = [];
  for (const waiting of flags.waiting.split(",").map(Number)) {
    rows.push(await measureGrowth(stage, waiting, Number(flags["snapshot-seconds"])));
  }
  const base = rows[0]!.claimsPerSecond;
  print(
    `\n| waiting | claim + finish a second | of the first | with a snapshot held ${flags["snapshot-seconds"]} s |`,
  );
  print("|---:|---:|---:|---:|");
  for (const { waiting, claimsPerSecond, withSnapshot } of rows) {
    const share = `${Math.round((claimsPerSecond / base) * 100)}%`;
    const held = `${show(withSnapshot)} (${Math.round((withSnapshot / claimsPerSecond) * 100)}%)`;
    print(`| ${show(waiting)} | ${show(claimsPerSecond)} | ${share} | ${held} |`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
