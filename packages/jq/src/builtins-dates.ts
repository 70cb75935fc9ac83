import { type Builtin, type Builtins, ofInput, ofOne } from "./builtin-shape.ts";
import { add, subtract } from "./arithmetic.ts";
import { mapCode } from "./code.ts";
import { breakDown, brokenTime, formatTime, makeTime, parseTime, requireSeconds } from "./dates.ts";
import { fail } from "./failure.ts";
import type { Json } from "./value.ts";

const isoFormat = "%Y-%m-%dT%H:%M:%SZ";

const toIso: Builtin = ofInput((input) => format(input, isoFormat, "strftime/1"));
const fromIso: Builtin = ofInput((input) => makeTime(parseTime(input, isoFormat)));

/** Points in time, in seconds since 1970. All is told in UTC, for a program knows no place. */
export const dateBuiltins: Builtins = {
  "gmtime/0": ofInput((input) => breakDown(requireSeconds(input, "gmtime"))),
  "localtime/0": ofInput((input) => breakDown(requireSeconds(input, "localtime"))),
  "mktime/0": ofInput(makeTime),
  "strftime/1": ofOne((input, text) => format(input, text, "strftime/1")),
  "strflocaltime/1": ofOne((input, text) => format(input, text, "strflocaltime/1")),
  "strptime/1": ofOne(parseTime),
  "todate/0": toIso,
  "todateiso8601/0": toIso,
  "date/0": toIso,
  "dateadd/2": ([, count]) => mapCode(count!, (value, input, env) => add(input, value, env.run)),
  "datesub/2": ([, count]) => mapCode(count!, (value, input, env) => subtract(input, value, env.run)),
  "fromdate/0": fromIso,
  "fromdateiso8601/0": fromIso,
};

function format(input: Json, text: Json, name: string): Json {
  const isTime = typeof input === "number" || Array.isArray(input);
  if (!isTime) return fail(`${name} requires parsed datetime inputs`);
  if (typeof text !== "string") return fail(`${name} requires a string format`);
  return formatTime(brokenTime(input, name), text);
}
