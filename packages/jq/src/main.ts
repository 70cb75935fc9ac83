export { JqError, type JqErrorDetails, type JqErrorKind } from "./errors.ts";
export { toJson } from "./json-text.ts";
export { parse, type ParsedName, type ParsedProgram } from "./parsed-program.ts";
export { builtinNames } from "./builtins.ts";
export {
  compile,
  type CompileOptions,
  type HostFunction,
  type Meter,
  type Program,
  type RunOptions,
} from "./program.ts";
export { type Budget, defaultBudget } from "./run.ts";
export type { Definition, Node, Pattern, Span } from "./syntax.ts";
export type { Json, JsonObject } from "./value.ts";
