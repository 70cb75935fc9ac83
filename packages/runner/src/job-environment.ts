import { dirname, join } from "node:path";
import type { Manifest } from "./manifest.ts";
import type { FoundRuntime } from "./runtimes.ts";

/** Names that change what programs load or how they are read, or that are set by the runner. */
const refused = new RegExp(
  [
    "PATH|HOME|TMPDIR|IFS|ENV|BASH_.*|SHELLOPTS|BASHOPTS|PS4|PROMPT_COMMAND|CDPATH",
    "LD_.*|DYLD_.*|GLIBC_.*|GCONV_PATH|LOCPATH|NLSPATH|MALLOC_.*",
    "NODE_.*|PYTHON.*|PERL.*|RUBY.*|GEM_.*|_?JAVA_.*|JDK_.*|CLASSPATH|LUA_.*|PHP.*",
    "MONO_.*|DOTNET_.*|GIT_.*|GO.*|RUST.*|CARGO.*|MILLRACE_.*",
  ]
    .map((names) => `^(${names})$`)
    .join("|"),
  "i",
);

/** Whether a job may set this variable for its process. */
export function isFreeName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,199}$/.test(name) && !refused.test(name);
}

/** The whole environment of a process of a package: nothing of the runner's own is in it. */
export function jobEnvironment(options: {
  manifest: Manifest;
  runtime: FoundRuntime;
  source: string;
  /** The process's own folder. */
  work: string;
  /** What was installed for the package, or undefined. */
  dependencies: string | undefined;
}): Record<string, string> {
  const { manifest, runtime, source, work, dependencies } = options;
  const tools = Object.values(runtime.tools).map((file) => dirname(file));
  return {
    PATH: [...new Set([...tools, "/usr/local/bin", "/usr/bin", "/bin"])].join(":"),
    HOME: work,
    TMPDIR: join(work, "tmp"),
    LANG: "C.UTF-8",
    LC_ALL: "C.UTF-8",
    MILLRACE_PACKAGE: source,
    MILLRACE_PACKAGE_NAME: manifest.name,
    MILLRACE_PACKAGE_VERSION: manifest.version,
    PYTHONDONTWRITEBYTECODE: "1",
    ...(dependencies === undefined ? {} : installedEnvironment(dependencies)),
  };
}

/** How each language finds what was installed for it. */
function installedEnvironment(dependencies: string): Record<string, string> {
  return {
    NODE_PATH: join(dependencies, "node_modules"),
    PYTHONPATH: join(dependencies, "site-packages"),
    BUNDLE_PATH: join(dependencies, "bundle"),
    COMPOSER_VENDOR_DIR: join(dependencies, "vendor"),
  };
}

/** The variables of a job that may be set, and the names of those that may not. */
export function splitEnvironment(given: Readonly<Record<string, string>>): {
  free: Record<string, string>;
  refused: string[];
} {
  const entries = Object.entries(given);
  return {
    free: Object.fromEntries(entries.filter(([name, value]) => isFreeName(name) && !value.includes("\0"))),
    refused: entries.filter(([name]) => !isFreeName(name)).map(([name]) => name),
  };
}
