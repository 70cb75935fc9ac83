import { Refusal } from "./failures.ts";
import { isObject } from "./fields.ts";
import type { RuntimeName } from "./runtime-names.ts";

/** What the other product calls a language, and what it is here. */
const runtimes: Readonly<Record<string, RuntimeName>> = {
  nodejs: "node",
  python: "python",
  dotnet: "csharp",
  powershell: "powershell",
  shell: "bash",
  rust: "rust",
  php: "php",
  java: "java",
  exec: "executable",
};

/**
 * The fields of a manifest for a `package.json` with an `openiap` section (a package of OpenIAP's agents), or undefined
 * where there is no such section. `has` says whether a file of this name is at its top. It runs once, or as a daemon,
 * and is judged by its exit code.
 */
export function readOpeniapManifest(
  text: string,
  has: (name: string) => boolean,
): Record<string, unknown> | undefined {
  const page = parse(text);
  const section = page["openiap"];
  if (!isObject(section)) return undefined;
  const language = String(section["language"] ?? "nodejs");
  const runtime = runtimes[language];
  if (runtime === undefined) {
    const message = `openiap.language is ${JSON.stringify(language)}; one of ${Object.keys(runtimes).join(", ")}`;
    throw new Refusal("manifest_invalid", message, { fields: [{ field: "openiap.language", message }] });
  }
  return {
    name: nameOf(page["name"]),
    version: page["version"] ?? "0.0.0",
    description: page["description"],
    runtime,
    entry: section["main"] ?? page["main"] ?? entryOf(runtime, has),
    kind: section["daemon"] === true ? "daemon" : "once",
    // Packages of the other product name no hosts.
    network: ["*"],
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    const page: unknown = JSON.parse(text);
    return isObject(page) ? page : {};
  } catch (error) {
    throw new Refusal("manifest_invalid", `package.json is no JSON: ${(error as Error).message}`);
  }
}

/** Scoped names and spaces are common there and no names here. */
function nameOf(name: unknown): unknown {
  if (typeof name !== "string") return name;
  return name
    .toLowerCase()
    .replace(/^@/, "")
    .replaceAll(/[^a-z0-9._-]+/g, "-");
}

const entries: Partial<Record<RuntimeName, readonly string[]>> = {
  node: ["main.js", "index.js"],
  python: ["main.py", "index.py"],
  bash: ["main.sh", "index.sh"],
  powershell: ["main.ps1", "index.ps1"],
  php: ["main.php", "index.php"],
};

function entryOf(runtime: RuntimeName, has: (name: string) => boolean): string | undefined {
  return entries[runtime]?.find(has);
}
