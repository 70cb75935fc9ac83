import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { CommandError, exitCodes, usage } from "../failures.ts";
import { loadRunner } from "../packages.ts";
import { parseDuration, parseWhole } from "../values.ts";

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

interface FolderOption {
  folder: string;
}

/** Adds what concerns the runner of this machine: `enroll`, `start` and `status`. */
export function addRunnerHere(runner: Command, context: Context): void {
  addEnrol(runner, context);
  addStart(runner, context);
  runner
    .command("status")
    .description("show which runner this machine's folder is, and at which server")
    .option("--folder <path>", "where it keeps its name, key and spool", folderDefault(context))
    .action(async ({ folder: path }: FolderOption) => {
      const { folder } = await openFolder(path);
      context.out.record({
        folder: folder.path,
        ...(await folder.record()),
        ...(await folder.certificateDates()),
      });
    });
}

interface StartOptions extends FolderOption {
  slots: string;
  grace: string;
  untilInputEnds?: boolean;
}

const never = new Promise<never>(() => undefined);

async function inputEnds(): Promise<"orphaned"> {
  await new Promise<void>((resolve) => process.stdin.once("end", () => resolve()).resume());
  return "orphaned";
}

function addEnrol(runner: Command, context: Context): void {
  runner
    .command("enroll")
    .alias("enrol")
    .description("make this machine a runner of the server at --url, by an enrolment token as --token")
    .option("--folder <path>", "where it keeps its name, key and spool", folderDefault(context))
    .option("--insecure", "also over plain http to another machine, where others may read the token")
    .action(async (options: FolderOption & { insecure?: boolean }) => {
      const { url, givenToken: token } = context;
      if (token === undefined) throw usage("--token: give the one of `millrace runner token create`");
      const { protocol, hostname } = new URL(url);
      if (protocol === "http:" && !loopback.test(hostname) && options.insecure !== true) {
        throw usage(`--url: ${url} is plain http to another machine: use https, or say --insecure`);
      }
      const { RunnerFolder } = await loadRunner();
      const folder = new RunnerFolder(resolve(options.folder));
      const record = await folder.enrol({ url, token });
      context.out.done(
        `Enrolled as ${record.name} (${record.runnerId}). Start it: millrace runner start`,
        record,
      );
    });
}

function addStart(runner: Command, context: Context): void {
  runner
    .command("start")
    .description("run this machine's runner until it is interrupted; then it ends its jobs first")
    .option("--folder <path>", "where it keeps its name, key and spool", folderDefault(context))
    .option("--slots <n>", "jobs at once", "4")
    .option("--grace <time>", "how long jobs may go on after an interrupt", "30s")
    .option("--until-input-ends", "end at once when the standard input does: whoever started it is gone")
    .action(async (options: StartOptions) => {
      const slots = parseWhole(options.slots, "--slots", { min: 1, max: 1_000 });
      const graceMs = parseDuration(options.grace, "--grace");
      const { folder, Runner, Jobs, executeWith } = await openFolder(options.folder);
      // Nothing is fetched before a job came, and none comes before there is a runner.
      const fetchPackage = (digest: string, path: string) => started.fetchPackage(digest, path);
      const jobs = await Jobs.open({ folder: join(folder.path, "work"), slots, fetchPackage });
      const { runtimes, sandbox } = jobs.describe();
      const note = (message: string) => context.out.note(message);
      const started = await Runner.start({
        folder,
        execute: executeWith(jobs),
        version: context.version,
        runtimes,
        sandbox: sandbox.isolation,
        slots,
        log: { info: note, warn: note },
      });
      const interrupted = new Promise<void>((done) => {
        context.interrupted.addEventListener("abort", () => done(), { once: true });
      });
      const why = await Promise.race([
        interrupted.then(() => "interrupted" as const),
        started.fenced.then(() => "fenced" as const),
        options.untilInputEnds === true ? inputEnds() : never,
      ]);
      // An open input would keep this process.
      process.stdin.destroy();
      await started.stop(why === "interrupted" ? graceMs : 0);
      await jobs.close();
      if (why === "fenced")
        throw new CommandError("A later start of this runner has taken over.", exitCodes.failed);
    });
}

async function openFolder(path: string) {
  const { RunnerFolder, ...rest } = await loadRunner();
  const folder = new RunnerFolder(resolve(path));
  if (folder.isEnrolled) return { folder, ...rest };
  const message = `No runner was enrolled in ${folder.path}: run \`millrace runner enroll\`.`;
  throw new CommandError(message, exitCodes.notFound);
}

function folderDefault({ environment }: Context): string {
  return environment["MILLRACE_RUNNER_FOLDER"] ?? join(homedir(), ".millrace", "runner");
}
