import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RuntimeName } from "./runtime-names.ts";

const sdks = fileURLToPath(new URL("../../../sdks", import.meta.url));

const files: Partial<Record<RuntimeName, string>> = {
  java: "java/MillracePlugin.java",
  go: "go/millrace_plugin.go",
  rust: "rust/millrace_plugin.rs",
  php: "php/millrace_plugin.php",
  ruby: "ruby/millrace_plugin.rb",
  perl: "perl/MillracePlugin.pm",
  csharp: "csharp/MillracePlugin.cs",
  c: "c/millrace_plugin.h",
  cpp: "c/millrace_plugin.h",
  bash: "bash/millrace_plugin.sh",
  lua: "lua/millrace_plugin.lua",
  powershell: "powershell/MillracePlugin.ps1",
};

/** The file that makes functions of a language a plugin and that stands in the package, or undefined for the others. */
export function helperOf(runtime: RuntimeName): { name: string; path: string } | undefined {
  const file = files[runtime];
  return file === undefined ? undefined : { name: file.split("/")[1]!, path: join(sdks, file) };
}

/** The helpers that stand outside of the package, so that a bare function of these languages is a plugin. */
export const launchers: Partial<Record<RuntimeName, string>> = {
  node: join(sdks, "node/millrace-plugin.mjs"),
  python: join(sdks, "python/millrace_plugin.py"),
};
