import type { Code } from "./code.ts";
import type { Scope } from "./scope.ts";
import type { Node } from "./syntax.ts";

/** How the compilers of single constructs reach the compiler of any. */
export type Compile = (node: Node, scope: Scope) => Code;
