import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import type { JobObserver } from "@millrace/runner";
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { CommandError, usage } from "../failures.ts";
import { loadRunner, type Runner, skeletons } from "../packages.ts";
import { formatBytes } from "../table.ts";
import { parseDuration, parseJson, parseObject, parseWord } from "../values.ts";

const defaultLanguage = "node";

/** Adds to `packages` what works on a folder of this machine and asks no server. */
export function addLocalPackages(packages: Command, context: Context): void {
  addInit(packages, context);
  addPack(packages, context);
  addRun(packages, context);
}

function addInit(packages: Command, context: Context): void {
  packages
    .command("init <folder>")
    .description("write a working plugin to begin with into a new folder")
    .option("--lang <language>", "what it is written in", defaultLanguage)
    .option("--name <name>", "the package's name, instead of the folder's")
    .action(async (folder: string, options: { lang: string; name?: string }) => {
      const { helperOf, runtimeNames } = await loadRunner();
      const languages = runtimeNames.filter((name) => existsSync(join(skeletons, name)));
      const language = parseWord(options.lang, "--lang", languages);
      if (existsSync(folder) && readdirSync(folder).length > 0)
        throw new CommandError(`${folder} is not empty: name a new folder`);
      const name = options.name ?? nameOf(folder);
      mkdirSync(folder, { recursive: true });
      cpSync(join(skeletons, language), folder, { recursive: true });
      const helper = helperOf(language);
      if (helper !== undefined) cpSync(helper.path, join(folder, helper.name));
      const manifest = join(folder, "millrace.yaml");
      writeFileSync(manifest, readFileSync(manifest, "utf8").replace(/^name: .*$/m, `name: ${name}`));
      const files = readdirSync(folder).sort();
      context.out.done(`${folder} holds ${files.join(", ")}.`, { folder, name, language, files });
    });
}

/** The folder's name as a name of a package. */
function nameOf(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-");
  if (/^[a-z][a-z0-9._-]{0,99}$/.test(name)) return name;
  throw usage(`--name: ${JSON.stringify(name)} is no name of a package: say one that begins with a letter`);
}

function addPack(packages: Command, context: Context): void {
  packages
    .command("pack <folder> [path]")
    .description(
      "check a package's manifest and make its archive, <name>-<version>.tar.gz unless a path is given",
    )
    .action(async (folder: string, path: string | undefined) => {
      const runner = await loadRunner();
      const manifest = await orCommandError(runner.readManifest(folder));
      const target = path ?? `${manifest.name}-${manifest.version}.tar.gz`;
      const packed = await packFolder(runner, { folder, target, runtime: manifest.runtime });
      const { name, version } = manifest;
      const bytes = readFileSync(target).byteLength;
      const sentence = `${target} is ${name} ${version} (${packed.files.length} files, ${formatBytes(bytes)}).`;
      context.out.done(`${sentence} Its digest is ${packed.digest}.`, {
        path: target,
        name,
        version,
        ...packed,
        bytes,
      });
    });
}

interface RunOptions {
  function?: string;
  input?: string;
  config?: string;
  secret?: string[];
  file?: string[];
  out?: string;
  timeout?: string;
  network?: true;
  trusted?: true;
}

function addRun(packages: Command, context: Context): void {
  packages
    .command("run <folder>")
    .description("run a package of this machine once, as a runner would: packed, unpacked, in the sandbox")
    .option("--function <name>", "which function of a plugin; its only one if it has one")
    .option("--input <json>", "the input: JSON, @file, or - for the standard input", "null")
    .option("--config <json>", "the settings it is given, a JSON object")
    .option("--secret <name=value...>", "a secret that it is given; NAME alone takes it from the environment")
    .option("--file <path...>", "files that it is given")
    .option("--out <folder>", "where files that it makes are put; without it they are named only")
    .option("--timeout <time>", "end it after this time, such as 30s")
    .option("--network", "grant it the network that its manifest asks for")
    .option("--trusted", "run it also where nothing isolates it")
    .action(async (folder: string, options: RunOptions) => {
      const home = mkdtempSync(join(tmpdir(), "millrace-package-"));
      try {
        await runPackage(context, { folder, home, options });
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    });
}

async function runPackage(
  context: Context,
  { folder, home, options }: { folder: string; home: string; options: RunOptions },
): Promise<void> {
  const runner = await loadRunner();
  const manifest = await orCommandError(runner.readManifest(folder));
  const archive = join(home, "package.tar.gz");
  const { digest } = await packFolder(runner, { folder, target: archive, runtime: manifest.runtime });
  const job = {
    id: "local",
    tenant: "local",
    attempt: 1,
    run: { package: digest },
    function: options.function ?? onlyFunctionOf(manifest),
    input: parseJson(options.input ?? "null", "--input"),
    config: options.config === undefined ? {} : parseObject(options.config, "--config"),
    secrets: secretsOf(options.secret ?? [], context.environment),
    files: (options.file ?? []).map((path) => ({ name: basename(path), path: resolve(path) })),
    timeoutMs: options.timeout === undefined ? undefined : parseDuration(options.timeout, "--timeout"),
    network: options.network === true,
    trusted: options.trusted === true,
  };
  const jobs = await runner.Jobs.open({
    folder: join(home, "runner"),
    slots: 1,
    fetchPackage: async (_digest, path) => cpSync(archive, path),
    installEnvironment: installEnvironmentOf(context.environment),
  });
  const stop = () => jobs.cancel(job.id, "interrupted");
  context.interrupted.addEventListener("abort", stop);
  try {
    const { isolation, limits } = jobs.describe().sandbox;
    context.out.note(`in ${isolation}, limits by ${limits}`);
    const result = await jobs.run(job, observerOf(context, options.out));
    const { outcome, output, error } = result;
    if (error !== undefined) throw new CommandError(`${outcome}: ${error.code}: ${error.message}`);
    context.out.value(output);
  } finally {
    context.interrupted.removeEventListener("abort", stop);
    await jobs.close();
  }
}

function observerOf(context: Context, out: string | undefined): JobObserver {
  return {
    log: ({ level, message }) => context.out.note(level === "info" ? message : `${level}: ${message}`),
    progress: ({ fraction, message }) =>
      context.out.note(`${fraction === undefined ? "" : `${Math.round(fraction * 100)} % `}${message}`),
    file: async ({ name, path, bytes }) => {
      const target = out === undefined ? undefined : join(out, name);
      if (target !== undefined) cpSync(path, target);
      context.out.note(`file ${target ?? name} (${formatBytes(bytes)})`);
    },
  };
}

function onlyFunctionOf({ functions }: { functions: object }): string | undefined {
  const names = Object.keys(functions);
  if (names.length > 1) throw usage(`--function: the package has ${names.join(", ")}: say which`);
  return names[0];
}

function secretsOf(given: readonly string[], environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = given.map((text) => {
    const at = text.indexOf("=");
    const name = at < 0 ? text : text.slice(0, at);
    const value = at < 0 ? environment[name] : text.slice(at + 1);
    if (value === undefined) throw usage(`--secret: there is no ${name} in the environment`);
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}

/** Where this machine's package managers look for packages; nothing else of its environment is handed on. */
function installEnvironmentOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const names =
    /^(npm_config_registry|PIP_INDEX_URL|PIP_NO_INDEX|npm_config_offline|https?_proxy|no_proxy)$/i;
  const entries = Object.entries(environment).filter(
    ([name, value]) => names.test(name) && value !== undefined,
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Packs a folder with the helper of its language, where that is not in it. */
async function packFolder(
  runner: Runner,
  { folder, target, runtime }: { folder: string; target: string; runtime: Parameters<Runner["helperOf"]>[0] },
): Promise<{ digest: string; files: string[] }> {
  const helper = runner.helperOf(runtime);
  const added = helper === undefined ? {} : { [helper.name]: helper.path };
  return orCommandError(runner.pack(folder, target, { added }));
}

/** A refusal is what the caller has to put right, and its message says all of it. */
async function orCommandError<Value>(promise: Promise<Value>): Promise<Value> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Error && error.name === "Refusal") throw new CommandError(error.message);
    throw error;
  }
}
