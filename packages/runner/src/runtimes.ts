import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import semver from "semver";
import { textOf } from "./failures.ts";
import type { RuntimeName } from "./runtime-names.ts";

const run = promisify(execFile);
const probeMs = 10_000;

/** A runtime that this machine has. */
export interface FoundRuntime {
  name: RuntimeName;
  version: string;
  /** Absolute paths of its programs, by the name the runtime is known by: `javac`. */
  tools: Readonly<Record<string, string>>;
  /** What a job must see of it beside the system's own folders. */
  folders: readonly string[];
}

interface Search {
  name: RuntimeName;
  /** Programs it needs, each with the commands it may be called by; the first one says the version. */
  tools: Readonly<Record<string, readonly string[]>>;
  /** Programs that only some packages need. */
  extras?: Readonly<Record<string, readonly string[]>>;
  versionArgs: readonly string[];
  /** Prints the program itself and the folder it needs, a line each, where the command is only a launcher. */
  locateArgs?: readonly string[];
  /** The same for a launcher that tells the folder only. */
  sysrootArgs?: readonly string[];
}

const python = "import sys; print(sys.executable); print(sys.base_prefix)";

/** The order within one name is the order of preference. */
const searches: readonly Search[] = [
  { name: "node", tools: { node: [process.execPath] }, extras: { npm: ["npm"] }, versionArgs: ["--version"] },
  {
    name: "python",
    tools: { python: ["python3", "python"] },
    versionArgs: ["--version"],
    locateArgs: ["-c", python],
  },
  { name: "java", tools: { java: ["java"], javac: ["javac"] }, versionArgs: ["-version"] },
  { name: "go", tools: { go: ["go"] }, versionArgs: ["version"] },
  {
    name: "rust",
    tools: { rustc: ["rustc"], cargo: ["cargo"], cc: ["cc", "gcc", "clang"] },
    versionArgs: ["--version"],
    sysrootArgs: ["--print", "sysroot"],
  },
  { name: "php", tools: { php: ["php"] }, extras: { composer: ["composer"] }, versionArgs: ["--version"] },
  { name: "ruby", tools: { ruby: ["ruby"] }, extras: { bundle: ["bundle"] }, versionArgs: ["--version"] },
  { name: "perl", tools: { perl: ["perl"] }, versionArgs: ["-e", "printf 'v%vd', $^V"] },
  { name: "csharp", tools: { mono: ["mono"], mcs: ["mcs"] }, versionArgs: ["--version"] },
  { name: "csharp", tools: { dotnet: ["dotnet"] }, versionArgs: ["--version"] },
  { name: "c", tools: { cc: ["cc", "gcc", "clang"] }, versionArgs: ["--version"] },
  { name: "cpp", tools: { cxx: ["c++", "g++", "clang++"] }, versionArgs: ["--version"] },
  { name: "bash", tools: { bash: ["bash"] }, versionArgs: ["--version"] },
  { name: "lua", tools: { lua: ["lua", "lua5.4", "lua5.3"] }, versionArgs: ["-v"] },
  { name: "powershell", tools: { pwsh: ["pwsh"] }, versionArgs: ["--version"] },
];

/** Looks for every runtime on the PATH and asks each for its version; what does not answer is not there. */
export async function findRuntimes(path = process.env["PATH"] ?? ""): Promise<FoundRuntime[]> {
  const found = await Promise.all(searches.map((search) => find(search, path)));
  const executable: FoundRuntime = { name: "executable", version: "1.0.0", tools: {}, folders: [] };
  const all = [...found.filter((each) => each !== undefined), executable];
  return all.filter((each, index) => all.findIndex(({ name }) => name === each.name) === index);
}

async function find(search: Search, path: string): Promise<FoundRuntime | undefined> {
  const wanted = { ...search.tools, ...search.extras };
  const named = await Promise.all(
    Object.entries(wanted).map(
      async ([tool, commands]) => [tool, await firstOnPath(commands, path)] as const,
    ),
  );
  const there = named.filter(([, file]) => file !== undefined);
  const tools = Object.fromEntries(there) as Record<string, string>;
  if (Object.keys(search.tools).some((tool) => tools[tool] === undefined)) return undefined;
  const [main] = Object.keys(search.tools);
  try {
    const version = versionIn(await outputOf(tools[main!]!, search.versionArgs));
    return version === undefined
      ? undefined
      : { name: search.name, version, ...(await locate(search, tools)) };
  } catch (error) {
    // A command that cannot even say its version is no runtime; a pyenv shim without a Python is one of those.
    if (textOf(error) === "") throw error;
    return undefined;
  }
}

async function locate(
  search: Search,
  tools: Record<string, string>,
): Promise<Pick<FoundRuntime, "tools" | "folders">> {
  const [main = ""] = Object.keys(search.tools);
  if (search.locateArgs !== undefined) {
    const [file = "", folder = ""] = (await outputOf(tools[main]!, search.locateArgs)).split("\n");
    return { tools: { ...tools, [main]: file }, folders: [...foldersOf(await realpath(file)), folder] };
  }
  if (search.sysrootArgs !== undefined) {
    const sysroot = (await outputOf(tools[main]!, search.sysrootArgs)).trim();
    const own = ["rustc", "cargo"].map((name) => [name, join(sysroot, "bin", name)] as const);
    return { tools: { ...tools, ...Object.fromEntries(own) }, folders: [sysroot] };
  }
  const files = await Promise.all(Object.values(tools).map((file) => realpath(file)));
  return { tools, folders: [...new Set(files.flatMap(foldersOf))] };
}

/** The installation around a program outside of the system's folders, or the program alone where that is a home. */
function foldersOf(file: string): string[] {
  if (/^\/(usr|bin|sbin|lib|lib64)\//.test(file)) return [];
  const prefix = dirname(dirname(file));
  const isInstallation =
    basename(dirname(file)) === "bin" && prefix !== homedir() && prefix.split("/").length > 2;
  return [isInstallation ? prefix : file];
}

async function firstOnPath(commands: readonly string[], path: string): Promise<string | undefined> {
  const folders = path.split(delimiter).filter((folder) => folder.startsWith("/"));
  const files = commands.flatMap((command) =>
    command.startsWith("/") ? [command] : folders.map((folder) => join(folder, command)),
  );
  for (const file of files) {
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return undefined;
}

/** Some programs say their version on the error output. */
async function outputOf(file: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(file, args, { timeout: probeMs, encoding: "utf8" });
  return stdout.trim() === "" ? stderr : stdout;
}

function versionIn(text: string): string | undefined {
  return semver.coerce(text.split("\n").slice(0, 3).join(" "))?.version;
}
