import { builtinNames, JqError } from "@millrace/jq";
import type {
  CompiledExtension,
  CompiledList,
  CompiledTask,
  DurationRule,
  Shaping,
  Workflow,
} from "./compiled.ts";
import {
  compositeKinds,
  type Definition,
  type Duration,
  type InputRule,
  kinded,
  type KindedTask,
  type OutputRule,
  type SchemaRule,
  type Task,
  type TaskKind,
  type TaskList,
  type Timeout,
} from "./definition.ts";
import { durationMs } from "./duration.ts";
import {
  compileExpression,
  compileTemplate,
  type Expression,
  expressionArguments,
  expressionTemplate,
  programOf,
  readsSecrets,
  readText,
  type Template,
  type TextReader,
} from "./expression.ts";
import { own, pointerTo, type Json } from "./json.ts";
import { compileSchema, type Schema } from "./json-schema.ts";
import { suggestion } from "./problem.ts";
import { isExpression } from "./shape.ts";
import { Raised, standardError } from "./workflow-error.ts";

/** Something that keeps a definition from being run. */
export interface Fault {
  /** The JSON Pointer of the part it is in. */
  readonly pointer: string;
  /** Where in the part's text, in characters; undefined where it is about the part as a whole. */
  readonly offset?: number;
  readonly code: "expression" | "schema" | "secret" | "reference";
  readonly message: string;
}

export interface CompileOptions {
  /** JSON Schemas by the URI under which `schema.resource` names them. */
  readonly schemas?: Readonly<Record<string, Json>>;
}

/** What a kind of task has besides what all have. */
export type KindCompiler = (
  compiler: Compiler,
  kinded: KindedTask,
  pointer: string,
  locals: readonly string[],
) => object;

const noShaping: Shaping = { schema: null, template: null };

/** Compiles the parts of one definition and collects what is wrong with them. */
export class Compiler {
  readonly definition: Definition;
  readonly options: CompileOptions;
  readonly compileKind: KindCompiler;
  readonly faults: Fault[] = [];
  readonly tasks = new Map<string, CompiledTask>();
  /** Every expression with the JSON Pointer of the text it stands in. */
  readonly expressions: { readonly pointer: string; readonly text: string }[] = [];
  /** Tasks of extensions are not extended themselves. */
  private isInExtension = false;

  constructor(definition: Definition, options: CompileOptions, compileKind: KindCompiler) {
    this.definition = definition;
    this.options = options;
    this.compileKind = compileKind;
  }

  workflow(): Workflow {
    const { definition } = this;
    const { input, output, timeout, use } = definition;
    for (const [name, task] of Object.entries(use?.functions ?? {})) {
      this.task(name, task, pointerTo("/use/functions", name), []);
    }
    return {
      definition,
      list: this.list(definition.do, "/do", []),
      tasks: this.tasks,
      extensions: this.extensions(),
      input: this.shaping(input, "from", "/input", []),
      output: this.shaping(output, "as", "/output", []),
      timeout: this.timeout(timeout, "/timeout", []),
    };
  }

  list(items: TaskList, pointer: string, locals: readonly string[]): CompiledList {
    const tasks = items.map((item, position) => {
      const name = Object.keys(item)[0]!;
      return this.task(name, item[name]!, pointerTo(pointerTo(pointer, position), name), locals);
    });
    return { tasks, positions: new Map(tasks.map(({ name }, position) => [name, position])) };
  }

  private task(name: string, task: Task, pointer: string, locals: readonly string[]): CompiledTask {
    const { kind } = kinded(task);
    const common = {
      kind,
      name,
      pointer,
      task,
      condition: this.optional(task.if, `${pointer}/if`, locals),
      input: this.shaping(task.input, "from", `${pointer}/input`, locals),
      output: this.shaping(task.output, "as", `${pointer}/output`, locals),
      export: this.shaping(task.export, "as", `${pointer}/export`, locals),
      timeout: this.timeout(task.timeout, `${pointer}/timeout`, locals),
      then: task.then,
      extensions: this.isInExtension ? [] : this.extensionsFor(kind),
    };
    const compiled = {
      ...common,
      ...this.compileKind(this, kinded(task), pointer, locals),
    } as unknown as CompiledTask;
    this.tasks.set(pointer, compiled);
    return compiled;
  }

  private extensionsFor(kind: TaskKind): number[] {
    return (this.definition.use?.extensions ?? []).flatMap((item, position) => {
      const { extend } = Object.values(item)[0]!;
      const isMeant =
        extend === "all" || extend === kind || (extend === "composite" && compositeKinds.has(kind));
      return isMeant ? [position] : [];
    });
  }

  private extensions(): CompiledExtension[] {
    this.isInExtension = true;
    return (this.definition.use?.extensions ?? []).map((item, position) => {
      const [name, { when, before, after }] = Object.entries(item)[0]!;
      const pointer = pointerTo(pointerTo("/use/extensions", position), name);
      return {
        name,
        when: this.optional(when, `${pointer}/when`, []),
        before: before === undefined ? null : this.list(before, `${pointer}/before`, []),
        after: after === undefined ? null : this.list(after, `${pointer}/after`, []),
      };
    });
  }

  /** An expression that secrets may not enter, as its value becomes part of the run's state. */
  expression(text: string, pointer: string, locals: readonly string[]): Expression {
    const expression = this.guarded(text, pointer, locals);
    if (readsSecrets(expression)) this.secretFault(pointer);
    return expression;
  }

  optional(text: string | undefined, pointer: string, locals: readonly string[]): Expression | null {
    return text === undefined ? null : this.expression(text, pointer, locals);
  }

  /** JSON whose texts are expressions where they are written as `${ ... }`. */
  template(value: Json, pointer: string, locals: readonly string[]): Template {
    return compileTemplate(value, this.reader(pointer, locals, false));
  }

  /** Reads the texts of a template at a pointer; `isSealed` where secrets may be read, as it goes into a command. */
  reader(pointer: string, locals: readonly string[], isSealed: boolean): TextReader {
    return (text, at) => {
      if (!isExpression(text)) return readText(locals)(text, at);
      const whole = `${pointer}${at}`;
      const expression = isSealed ? this.guarded(text, whole, locals) : this.expression(text, whole, locals);
      return expressionTemplate(expression, at);
    };
  }

  duration(value: Duration, pointer: string, locals: readonly string[]): DurationRule {
    if (typeof value === "string" && isExpression(value)) {
      const expression = this.expression(value, pointer, locals);
      return (input, surroundings) => {
        const ms = durationMs(expression.evaluate(input, surroundings));
        if (ms === null) throw new Raised(standardError("expression", `${value}: gives no duration`));
        return ms;
      };
    }
    const ms = durationMs(value);
    if (ms === null) this.fault(pointer, "reference", "is longer than a century");
    return () => ms ?? 0;
  }

  timeout(
    value: Timeout | string | undefined,
    pointer: string,
    locals: readonly string[],
  ): DurationRule | null {
    if (value === undefined) return null;
    if (typeof value !== "string") return this.duration(value.after, `${pointer}/after`, locals);
    const named = own(this.definition.use?.timeouts, value) as Timeout | undefined;
    if (named !== undefined)
      return this.duration(named.after, `${pointerTo("/use/timeouts", value)}/after`, []);
    this.fault(pointer, "reference", `no timeout is named \`${value}\` under \`use.timeouts\``);
    return null;
  }

  shaping(
    rule: (InputRule & OutputRule) | undefined,
    key: "from" | "as",
    pointer: string,
    locals: readonly string[],
  ): Shaping {
    if (rule === undefined) return noShaping;
    const value = rule[key];
    const at = `${pointer}/${key}`;
    const schema = this.schema(rule.schema, `${pointer}/schema`);
    if (value === undefined) return { schema, template: null };
    // A text is an expression here whether or not it is written as one.
    const template =
      typeof value === "string"
        ? expressionTemplate(this.expression(value, at, locals), "")
        : this.template(value, at, locals);
    return { schema, template };
  }

  private schema(rule: SchemaRule | undefined, pointer: string): Schema | null {
    if (rule === undefined) return null;
    if (rule.format !== undefined && !/^json(?::|$)/.test(rule.format)) {
      this.fault(`${pointer}/format`, "schema", `schemas of the format \`${rule.format}\` cannot be judged`);
      return null;
    }
    const at = rule.resource === undefined ? `${pointer}/document` : `${pointer}/resource`;
    const document = rule.resource === undefined ? rule.document : this.resource(rule.resource.endpoint, at);
    if (document === undefined) return null;
    const { schema, faults } = compileSchema(document);
    for (const fault of faults) {
      this.fault(rule.resource === undefined ? at + fault.pointer : at, "schema", fault.message);
    }
    return schema;
  }

  private resource(endpoint: Json, pointer: string): Json | undefined {
    const uri = typeof endpoint === "string" ? endpoint : own(endpoint, "uri");
    const known = typeof uri === "string" ? own(this.options.schemas, uri) : undefined;
    if (known === undefined) this.fault(pointer, "schema", "the schema it names has not been loaded");
    return known;
  }

  fault(pointer: string, code: Fault["code"], message: string, offset?: number): void {
    this.faults.push({ pointer, code, message, offset });
  }

  private secretFault(pointer: string): void {
    const message =
      "secrets may be read only in what a `call` or a process is given, where they are not recorded";
    this.fault(pointer, "secret", message);
  }

  private guarded(text: string, pointer: string, locals: readonly string[]): Expression {
    this.expressions.push({ pointer, text });
    try {
      return compileExpression(text, locals);
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      const { offset } = programOf(text);
      const hint = /\$\{/.test(text.slice(offset))
        ? '; a text is one expression, which joins by "\\(.a) \\(.b)"'
        : "";
      this.fault(pointer, "expression", told(error, locals) + hint, offset + (error.position ?? 0));
      return compileExpression("null", []);
    }
  }
}

/** What is wrong with an expression, in a sentence with the name that may have been meant. Its place is told apart. */
export function told(error: JqError, locals: readonly string[]): string {
  const message = error.message.replace(/ at line \d+, column \d+$/, "");
  const missing = /^(?:\$(\w+)|(\w+)\/\d+) is not defined$/.exec(message);
  if (missing?.[1] !== undefined) {
    const known = [...expressionArguments, ...locals].map((name) => `$${name}`);
    return message + suggestion(`$${missing[1]}`, known);
  }
  return missing?.[2] === undefined ? message : message + suggestion(missing[2], functionNames);
}

const functionNames = builtinNames.map((name) => name.split("/")[0]!);
