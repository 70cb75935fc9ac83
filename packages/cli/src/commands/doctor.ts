import { createConnection } from "node:net";
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { CommandError } from "../failures.ts";
import { loadServer, type Server } from "../packages.ts";
import { addSettings, readSettings } from "./server-settings.ts";

type Finding = Awaited<ReturnType<Server["examine"]>>[number];
type Config = ReturnType<Server["readConfig"]>;

const nodeMin = [20, 19] as const;
const connectMs = 2_000;

/** Adds `doctor`. */
export function addDoctor(
  program: Command,
  context: Context,
  settings: ReturnType<Server["describeSettings"]>,
): void {
  const doctor = program
    .command("doctor")
    .description("look whether everything is as Millrace needs it; changes nothing");
  addSettings(doctor, settings).action(async (_options: unknown, command: Command) => {
    const server = await loadServer();
    const config = readSettings(
      server,
      command.optsWithGlobals<Record<string, unknown>>(),
      context.environment,
    );
    const findings = [examineNode(), ...(await server.examine(config)), await examinePort(config)];
    show(context, findings);
    const failed = findings.filter((finding) => finding.level === "fail").length;
    if (failed > 0) throw new CommandError(`${failed} of ${findings.length} checks failed.`);
  });
}

function examineNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isFine = major > nodeMin[0] || (major === nodeMin[0] && minor >= nodeMin[1]);
  const detail = `Node ${process.versions.node}`;
  if (isFine) return { level: "ok", what: "node", detail };
  return { level: "fail", what: "node", detail, way: `install Node ${nodeMin.join(".")} or newer` };
}

/** Free, or Millrace is there already. */
async function examinePort({ host, port }: Config): Promise<Finding> {
  const what = "port";
  const where = `${port} on ${host}`;
  if (!(await answers(host, port))) return { level: "ok", what, detail: `${where} is free` };
  const isOurs = await fetch(`http://${host}:${port}/health`, {
    signal: AbortSignal.timeout(connectMs),
  }).then(
    async (response) => response.ok && "version" in ((await response.json()) as object),
    () => false,
  );
  if (isOurs) return { level: "ok", what, detail: `Millrace answers at ${where}` };
  return {
    level: "fail",
    what,
    detail: `something else listens at ${where}`,
    way: "choose another one with --port",
  };
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: connectMs });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}

function show(context: Context, findings: readonly Finding[]): void {
  if (context.out.json) return context.out.value(findings);
  for (const { level, what, detail, way } of findings) {
    const rest = way === undefined ? "" : `\n      -> ${way}`;
    context.out.text(`${level.padEnd(4)}  ${what}: ${detail}${rest}`);
  }
}
