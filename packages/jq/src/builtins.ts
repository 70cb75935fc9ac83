import type { Builtins } from "./builtin-shape.ts";
import { coreBuiltins } from "./builtins-core.ts";
import { dateBuiltins } from "./builtins-dates.ts";
import { listBuiltins } from "./builtins-lists.ts";
import { mathBuiltins } from "./builtins-math.ts";
import { pathBuiltins } from "./builtins-paths.ts";
import { regexBuiltins } from "./builtins-regex.ts";
import { streamBuiltins } from "./builtins-streams.ts";
import { stringBuiltins } from "./builtins-strings.ts";
import { directCode } from "./code.ts";
import { preludeNames } from "./prelude.ts";

const native: Builtins = {
  ...coreBuiltins,
  ...listBuiltins,
  ...streamBuiltins,
  ...pathBuiltins,
  ...stringBuiltins,
  ...regexBuiltins,
  ...mathBuiltins,
  ...dateBuiltins,
  "builtins/0": () => directCode(() => [...builtinNames]),
};

/** Why some functions of jq are not here. */
const refused: Readonly<Record<string, string>> = {
  "halt/0": "halt would end more than this program",
  "modulemeta/0": "modules are not available",
  "get_search_list/0": "modules are not available",
};

/** Every function of the language, as in `join/1`. */
export const builtinNames: readonly string[] = [...Object.keys(native), ...preludeNames]
  .filter((name) => !name.startsWith("_"))
  .sort();

export function nativeBuiltin(signature: string): Builtins[string] | null {
  return Object.hasOwn(native, signature) ? native[signature]! : null;
}

/** Why a function that jq has is not to be had here; null where it is no such function. */
export function refusal(signature: string): string | null {
  return Object.hasOwn(refused, signature) ? refused[signature]! : null;
}
