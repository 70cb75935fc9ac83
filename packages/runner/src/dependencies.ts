import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Refusal } from "./failures.ts";
import type { RuntimeName } from "./runtime-names.ts";
import type { FoundRuntime } from "./runtimes.ts";

/** How the dependencies of a package are installed. */
export interface Install {
  /** What decides on the outcome: the contents of the lock file above all. */
  keyParts: string[];
  /** Run one after the other in a copy of the package. */
  commands(folder: string): string[][];
  environment: Record<string, string>;
  /** A folder that programs look for beside their own. */
  linked?: string;
}

interface Installer {
  lockFiles: readonly string[];
  /** The program, where it is not the runtime itself. */
  tool?: string;
  commands(runtime: FoundRuntime, folder: string, lockFile: string): string[][];
  environment?: Record<string, string>;
  linked?: string;
}

const installers: Partial<Record<RuntimeName, Installer>> = {
  node: {
    lockFiles: ["package-lock.json", "npm-shrinkwrap.json"],
    tool: "npm",
    commands: ({ tools }) => [
      [tools["npm"]!, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"],
    ],
    environment: { npm_config_update_notifier: "false" },
    linked: "node_modules",
  },
  python: {
    lockFiles: ["requirements.txt"],
    commands: ({ tools }, folder, lockFile) => [
      [
        tools["python"]!,
        "-m",
        "pip",
        "install",
        "--no-input",
        "--no-cache-dir",
        "--disable-pip-version-check",
        "--target",
        join(folder, "site-packages"),
        "-r",
        lockFile,
      ],
    ],
  },
  ruby: {
    lockFiles: ["Gemfile.lock"],
    tool: "bundle",
    commands: ({ tools }) => [[tools["bundle"]!, "install", "--deployment"]],
    environment: { BUNDLE_PATH: "bundle", BUNDLE_FROZEN: "true" },
  },
  php: {
    lockFiles: ["composer.lock"],
    tool: "composer",
    commands: ({ tools }) => [
      [tools["composer"]!, "install", "--no-dev", "--no-scripts", "--no-interaction"],
    ],
    linked: "vendor",
  },
};

/** How to install what a package's lock file names, or undefined for a package without one. */
export async function installOf(runtime: FoundRuntime, source: string): Promise<Install | undefined> {
  const installer = installers[runtime.name];
  if (installer === undefined) return undefined;
  const lockFile = await firstThere(source, installer.lockFiles);
  if (lockFile === undefined) return undefined;
  if (installer.tool !== undefined && runtime.tools[installer.tool] === undefined)
    throw new Refusal(
      "runtime_missing",
      `the package has a ${lockFile}, and this machine no ${installer.tool}`,
    );
  const { linked } = installer;
  return {
    keyParts: [lockFile, await readFile(join(source, lockFile), "utf8")],
    commands: (folder) => installer.commands(runtime, folder, lockFile),
    environment: installer.environment ?? {},
    ...(linked === undefined ? {} : { linked }),
  };
}

async function firstThere(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const isThere = await access(join(folder, name)).then(
      () => true,
      () => false,
    );
    if (isThere) return name;
  }
  return undefined;
}
