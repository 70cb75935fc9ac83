import type { Workflow } from "./compiled.ts";
import { compileKind } from "./compile-kinds.ts";
import { type CompileOptions, Compiler, type Fault } from "./compiler.ts";
import type { Definition } from "./definition.ts";

/** A definition that cannot be run. `validate` tells the same with places in the text. */
export class CompileError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(({ pointer, message }) => `${pointer}: ${message}`).join("\n"));
    this.name = "CompileError";
    this.faults = faults;
  }
}

/** Makes a definition ready to run. Throws a `CompileError` that holds everything that is wrong. */
export function compile(definition: Definition, options: CompileOptions = {}): Workflow {
  const compiler = new Compiler(definition, options, compileKind);
  const workflow = compiler.workflow();
  if (compiler.faults.length > 0) throw new CompileError(compiler.faults);
  return workflow;
}
