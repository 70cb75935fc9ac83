import type { Command } from "commander";
import { usage } from "../failures.ts";
import type { Server } from "../packages.ts";

type Setting = ReturnType<Server["describeSettings"]>[number];
type Config = ReturnType<Server["readConfig"]>;

/** Adds a flag for each setting: `MILLRACE_DATABASE_URL` as `--database-url`. */
export function addSettings(command: Command, settings: readonly Setting[]): Command {
  for (const setting of settings) {
    const fallback =
      setting.fallback === undefined || setting.fallback === "" ? "" : `; ${setting.fallback} if not given`;
    command.option(`${flagOf(setting.variable)} <value>`, `${setting.help}${fallback} [${setting.variable}]`);
  }
  return command;
}

/** The configuration: flags before the environment; every mistake at once. */
export function readSettings(
  server: Server,
  options: Readonly<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv,
): Config {
  const given = server
    .describeSettings()
    .map(({ variable }): [string, unknown] => [variable, options[propertyOf(variable)]])
    .filter((entry): entry is [string, string] => typeof entry[1] === "string");
  try {
    return server.readConfig({ ...environment, ...Object.fromEntries(given) });
  } catch (error) {
    if (error instanceof server.AppError && error.code === "invalid_input") throw usage(error.message);
    throw error;
  }
}

/** `--database-url`, as --help shows it. */
export function flagOf(variable: string): string {
  return `--${variable
    .replace(/^MILLRACE_/, "")
    .toLowerCase()
    .replaceAll("_", "-")}`;
}

/** `databaseUrl`, as commander calls it. */
function propertyOf(variable: string): string {
  return flagOf(variable)
    .slice(2)
    .replaceAll(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
