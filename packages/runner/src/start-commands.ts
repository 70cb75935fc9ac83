import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { Refusal } from "./failures.ts";
import type { Manifest } from "./manifest.ts";
import type { RuntimeName } from "./runtime-names.ts";
import { launchers } from "./plugin-helpers.ts";
import type { FoundRuntime } from "./runtimes.ts";

/** What a job must see beside the package so that it starts. */
export const launcherFolders: readonly string[] = Object.values(launchers).map((file) => dirname(file));

/** Where the parts of a package lie that is to be started. */
export interface StartPlace {
  manifest: Manifest;
  runtime: FoundRuntime;
  /** The unpacked package. */
  source: string;
  /** What was compiled of it, for languages that are. */
  build: string;
}

interface Language {
  /** Commands that compile it, run one after the other with the sources as working folder. */
  build?(place: StartPlace): string[][];
  /** The command that starts it; the plugin's launcher stands before the entry where there is one. */
  start(place: StartPlace, launcher: readonly string[]): string[];
}

const script = (tool: string, ...args: string[]): Language => ({
  start: ({ runtime, source, manifest }, launcher) => [
    runtime.tools[tool]!,
    ...args,
    ...launcher,
    join(source, manifest.entry),
  ],
});

const built: Pick<Language, "start"> = { start: ({ build }) => [join(build, "program")] };

const languages: Readonly<Record<RuntimeName, Language>> = {
  node: script("node"),
  python: script("python", "-u"),
  php: script("php"),
  ruby: script("ruby"),
  perl: script("perl"),
  bash: script("bash"),
  lua: script("lua"),
  powershell: script("pwsh", "-NoProfile", "-NonInteractive", "-File"),
  executable: { start: ({ source, manifest }) => [join(source, manifest.entry)] },
  java: { build: buildJava, start: startJava },
  go: { ...built, build: buildGo },
  rust: { ...built, build: buildRust },
  c: { ...built, build: (place) => buildC(place, "cc", /\.c$/) },
  cpp: { ...built, build: (place) => buildC(place, "cxx", /\.(cc|cpp|cxx)$/) },
  csharp: { build: buildCsharp, start: startCsharp },
};

/** The commands that compile a package; none for a language that is not compiled. */
export function buildCommands(place: StartPlace): string[][] {
  return languages[place.runtime.name].build?.(place) ?? [];
}

/** Node.js cannot move its standard output: messages get a descriptor of their own, the rest goes to the log. */
const apart = ["/bin/sh", "-c", 'MILLRACE_OUTPUT=3 exec "$@" 3>&1 1>&2', "sh"];

/** The command that starts a package. */
export function startCommand(place: StartPlace): string[] {
  const launcher = place.manifest.kind === "plugin" ? launchers[place.runtime.name] : undefined;
  const command = languages[place.runtime.name].start(place, launcher === undefined ? [] : [launcher]);
  return launcher !== undefined && place.runtime.name === "node" ? [...apart, ...command] : command;
}

function buildJava({ runtime, source, build, manifest }: StartPlace): string[][] {
  if (manifest.entry.endsWith(".jar")) return [];
  const files = sourcesIn(source, /\.java$/);
  return [[runtime.tools["javac"]!, "-nowarn", "-d", build, "-cp", join(source, "lib/*"), ...files]];
}

/** Small and quick to start: one thread collects garbage, and the first compiler has to do. */
const javaFlags = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:MaxRAMPercentage=60"];

function startJava({ runtime, source, build, manifest }: StartPlace): string[] {
  const java = [runtime.tools["java"]!, ...javaFlags];
  if (manifest.entry.endsWith(".jar")) return [...java, "-jar", join(source, manifest.entry)];
  const main = manifest.entry.replace(/\.java$/, "").replaceAll("/", ".");
  return [...java, "-cp", `${build}:${join(source, "lib/*")}`, main];
}

function buildGo({ runtime, source, build, manifest }: StartPlace): string[][] {
  const target = manifest.entry.endsWith(".go")
    ? sourcesIn(source, /(?<!_test)\.go$/)
    : [`./${manifest.entry}`];
  return [[runtime.tools["go"]!, "build", "-trimpath", "-o", join(build, "program"), ...target]];
}

function buildRust({ runtime, source, build, manifest }: StartPlace): string[][] {
  const program = join(build, "program");
  if (!manifest.entry.endsWith("Cargo.toml"))
    return [
      [runtime.tools["rustc"]!, "-O", "--edition", "2021", "-o", program, join(source, manifest.entry)],
    ];
  const target = join(build, "target");
  const cargo = [runtime.tools["cargo"]!, "build", "--release", "--offline", "--target-dir", target];
  const place = ["sh", "-c", `find "$1" -maxdepth 1 -type f -perm -u+x -exec mv {} "$2" \\;`, "sh"];
  return [cargo, [...place, join(target, "release"), program]];
}

function buildC({ runtime, source, build }: StartPlace, tool: string, pattern: RegExp): string[][] {
  const files = sourcesIn(source, pattern);
  return [[runtime.tools[tool]!, "-O2", "-o", join(build, "program"), ...files, "-lm", "-lpthread"]];
}

function buildCsharp({ runtime, source, build, manifest }: StartPlace): string[][] {
  const { mcs, dotnet } = runtime.tools;
  if (mcs !== undefined)
    return [
      [mcs, "-nologo", "-optimize", `-out:${join(build, "program.exe")}`, ...sourcesIn(source, /\.cs$/)],
    ];
  return [[dotnet!, "publish", join(source, manifest.entry), "-c", "Release", "-o", build, "--nologo"]];
}

function startCsharp({ runtime, build, manifest }: StartPlace): string[] {
  const { mono, dotnet } = runtime.tools;
  if (mono !== undefined) return [mono, join(build, "program.exe")];
  return [dotnet!, join(build, manifest.entry.replace(/^.*\//, "").replace(/\.csproj$/, ".dll"))];
}

const sourcesMax = 2_000;

/** The source files of a package, relative to it. */
function sourcesIn(folder: string, pattern: RegExp): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    pattern.test(name),
  );
  if (files.length > 0 && files.length <= sourcesMax) return files.sort().map((name) => `./${name}`);
  throw new Refusal(
    "build_failed",
    `the package has ${files.length} source files, 1 to ${sourcesMax} can be built`,
  );
}
