export { durationMs } from "./duration.ts";
export { type Parsed, parse } from "./parse.ts";
export { type Place, type Problem, problemLine } from "./problem.ts";
export type * from "./definition.ts";
export { compileSchema, type Schema, type SchemaBreach } from "./json-schema.ts";
