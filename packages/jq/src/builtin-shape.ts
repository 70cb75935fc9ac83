import { type Code, directCode, mapAll, mapCode } from "./code.ts";
import type { Run } from "./run.ts";
import type { Json } from "./value.ts";

/** Makes the code of a call out of the code of its arguments. */
export type Builtin = (args: readonly Code[]) => Code;

/** Functions by name and number of arguments, as in `join/1`. */
export type Builtins = Readonly<Record<string, Builtin>>;

/** A function of the input alone. */
export function ofInput(apply: (input: Json, run: Run) => Json | undefined): Builtin {
  return () => directCode((input, env) => apply(input, env.run));
}

/** A function of the input and one value, once for every output of its argument. */
export function ofOne(apply: (input: Json, argument: Json, run: Run) => Json | undefined): Builtin {
  return ([argument]) => mapCode(argument!, (value, input, env) => apply(input, value, env.run));
}

/** A function of values alone; as in jq the last argument is the outer loop there. */
export function ofNumbers(apply: (...values: Json[]) => Json): Builtin {
  return (args) => mapAll(args.toReversed(), (values) => apply(...values.toReversed()));
}
