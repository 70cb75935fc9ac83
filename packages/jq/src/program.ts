import { nativeBuiltin, refusal } from "./builtins.ts";
import { type Code, type Env, extend, mapAll } from "./code.ts";
import { compileNode } from "./compile.ts";
import { JqError } from "./errors.ts";
import { type BudgetName, Exhausted, Failure, Halt } from "./failure.ts";
import { toJson } from "./json-text.ts";
import { parseProgram } from "./parser.ts";
import { preludeDefinition } from "./prelude.ts";
import { type Budget, defaultBudget, Run } from "./run.ts";
import { type FunctionEntry, Scope } from "./scope.ts";
import type { Json } from "./value.ts";

/** A function of the host: the input and the arguments in, a value out. */
export type HostFunction = (input: Json, ...args: Json[]) => Json;

export interface CompileOptions {
  /** Names of variables without their `$`, which each run then gives. */
  readonly variables?: readonly string[];
  /** Functions by name and number of arguments, as in `slug/0`. */
  readonly functions?: Readonly<Record<string, HostFunction>>;
}

export interface RunOptions {
  /** The values of the variables; one that is left out is null. */
  readonly variables?: Readonly<Record<string, Json>>;
  /** What differs from `defaultBudget`. */
  readonly budget?: Partial<Budget>;
  /** The time for `now`, in seconds since 1970. Without it `now` is an error. */
  readonly now?: number;
  /** Counts the steps of every run that is given it, those that failed too. */
  readonly meter?: Meter;
}

/** What several runs have taken together. */
export interface Meter {
  steps: number;
}

/** A compiled program. It holds no state: it may be kept, shared, and run within itself. */
export interface Program {
  /**
   * Gives each output to `emit` as it is made; true from there ends the run. Throws a `JqError` of kind `failed` or
   * `budget`, which may come behind some outputs.
   */
  each(input: Json, emit: (output: Json) => boolean | void, options?: RunOptions): void;
  /** All outputs for an input. Throws a `JqError` of kind `failed` or `budget`. */
  run(input: Json, options?: RunOptions): Json[];
  /** The first output, or undefined where there is none; what comes behind it is not computed. */
  first(input: Json, options?: RunOptions): Json | undefined;
}

/** Compiles a program. Throws a `JqError` of kind `syntax` that says where the text is wrong. */
export function compile(text: string, options: CompileOptions = {}): Program {
  const names = options.variables ?? [];
  const code = compiled(text, names, options.functions ?? {});
  const start = (given: RunOptions | undefined): Env => {
    const budget = given?.budget === undefined ? defaultBudget : { ...defaultBudget, ...given.budget };
    let env: Env = { value: null, parent: null, run: new Run(budget, given?.now) };
    for (const name of names) env = extend(env, variableOf(given?.variables, name));
    return env;
  };
  return {
    each: (input, emit, given) => {
      const env = start(given);
      try {
        each(code, input, env, emit);
      } catch (error) {
        throw outward(error);
      } finally {
        count(given?.meter, env.run);
      }
    },
    run: (input, given) => {
      const env = start(given);
      try {
        return all(code, input, env);
      } catch (error) {
        throw outward(error);
      } finally {
        count(given?.meter, env.run);
      }
    },
    first: (input, given) => {
      const env = start(given);
      try {
        return first(code, input, env);
      } catch (error) {
        throw outward(error);
      } finally {
        count(given?.meter, env.run);
      }
    },
  };
}

function count(meter: Meter | undefined, run: Run): void {
  if (meter !== undefined) meter.steps += run.budget.steps - run.stepsLeft;
}

function compiled(
  text: string,
  variables: readonly string[],
  functions: Readonly<Record<string, HostFunction>>,
): Code {
  try {
    return compileText(text, variables, functions);
  } catch (error) {
    throw isStackOverflow(error) ? new JqError("syntax", "the program is nested too deep") : error;
  }
}

function variableOf(variables: RunOptions["variables"], name: string): Json {
  return variables !== undefined && Object.hasOwn(variables, name) ? variables[name]! : null;
}

function compileText(
  text: string,
  variables: readonly string[],
  functions: Readonly<Record<string, HostFunction>>,
): Code {
  const node = parseProgram(text);
  const found = new Map<string, FunctionEntry>();
  const source = {
    text,
    repeats: 0,
    find: (name: string, args: readonly Code[]) => {
      const signature = `${name}/${args.length}`;
      if (Object.hasOwn(functions, signature)) return hostCall(functions[signature]!, args);
      const why = refusal(signature);
      if (why !== null) throw new JqError("syntax", `${signature} is not available: ${why}`);
      const builtin = nativeBuiltin(signature);
      if (builtin !== null) return builtin(args);
      const known = found.get(signature);
      if (known !== undefined) return known;
      const definition = preludeDefinition(signature);
      if (definition === null) return null;
      const entry = new Scope(source).withFunction(definition).function(name, args.length) as FunctionEntry;
      found.set(signature, entry);
      return entry;
    },
  };
  const scope = variables.reduce((inner, name) => inner.with("variable", name), new Scope(source));
  return compileNode(node, scope);
}

function hostCall(call: HostFunction, args: readonly Code[]): Code {
  return mapAll(args, (values, input, env) => {
    env.run.step();
    try {
      return call(input, ...values);
    } catch (error) {
      if (error instanceof JqError && error.kind === "failed")
        throw new Failure(error.value ?? error.message);
      throw error;
    }
  });
}

function each(code: Code, input: Json, env: Env, emit: (output: Json) => boolean | void): void {
  const { run } = env;
  let count = 0;
  code.each(input, env, (value) => {
    count += 1;
    if (count > run.budget.outputs) throw new Exhausted("outputs");
    return emit(measured(value, run)) === true;
  });
}

function all(code: Code, input: Json, env: Env): Json[] {
  const { direct } = code;
  if (direct !== null && env.run.budget.outputs > 0) {
    const value = direct(input, env);
    return value === undefined ? [] : [measured(value, env.run)];
  }
  const outputs: Json[] = [];
  each(code, input, env, (value) => {
    outputs.push(value);
  });
  return outputs;
}

function first(code: Code, input: Json, env: Env): Json | undefined {
  let found = code.direct?.(input, env);
  if (code.direct === null) {
    code.each(input, env, (value) => {
      found = value;
      return true;
    });
  }
  return found === undefined ? undefined : measured(found, env.run);
}

/** With fewer containers than this a program cannot make a value that is too large to be written. */
const builtMin = 16;

/** An output that shares parts with itself can be larger than it looks: it is counted as whoever writes it would. */
function measured(value: Json, run: Run): Json {
  if (run.built < builtMin || typeof value !== "object" || value === null) return value;
  const stack: Json[] = [value];
  let nodes = 0;
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next !== "object" || next === null) continue;
    const members = Array.isArray(next) ? next : Object.values(next);
    nodes += members.length;
    run.allow(nodes);
    for (const member of members) if (typeof member === "object" && member !== null) stack.push(member);
  }
  return value;
}

const budgetMessages = {
  steps: "the program took more steps than it may",
  outputs: "the program made more outputs than it may",
  size: "the program made a value larger than it may",
  depth: "the program calls functions deeper in each other than it may",
};

/** What leaves this package in place of what was thrown inside. */
function outward(error: unknown): unknown {
  if (error instanceof Failure || error instanceof Halt) return failed(error.value);
  if (error instanceof Exhausted) return spent(error.budget);
  return isStackOverflow(error) ? spent("depth") : error;
}

function spent(budget: BudgetName): JqError {
  return new JqError("budget", budgetMessages[budget], { budget });
}

/** The stack of the host was too small for the depth that was allowed. */
function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.name === "InternalError");
}

function failed(value: Json): JqError {
  const message = typeof value === "string" ? value : `${toJson(value, 100)} (not a string)`;
  return new JqError("failed", message, { value });
}
