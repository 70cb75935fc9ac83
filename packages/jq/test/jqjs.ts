// @ts-expect-error The package has no types.
import * as untyped from "@michaelhomer/jqjs";
import type { Json } from "../src/main.ts";

/** The other implementation in JavaScript that ours is compared with. */
export const jqjs = untyped as { compile(program: string): (input: Json) => Iterable<Json> };
