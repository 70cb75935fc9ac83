import { expect, test } from "vitest";
import { parseJson } from "../src/json-parse.ts";
import { compile, JqError, type Json, toJson } from "../src/main.ts";
import { readVectors, type Vector } from "./vectors.ts";

const vectors = readVectors(new URL("vectors/jq.test", import.meta.url));

const modules = "there are no modules: a program has no files to load them from";

/** The cases of jq that do not hold here, by their program, each with the reason. */
const failing: ReadonlyMap<string, string> = new Map([
  ['import "a" as foo; import "b" as bar; def fooa: foo::a; [fooa, bar::a, bar::b, foo::a]', modules],
  ['import "c" as foo; [foo::a, foo::c]', modules],
  ['include "c"; [a, c]', modules],
  [
    'import "data" as $e; import "data" as $d; [$d[].this,$e[].that,$d::d[].this,$e::e[].that]|join(";")',
    modules,
  ],
  ['import "data" as $a; import "data" as $b; def f: {$a, $b}; f', modules],
  ['include "shadow1"; e', modules],
  ['include "shadow1"; include "shadow2"; e', modules],
  ['import "shadow1" as f; import "shadow2" as f; import "shadow1" as e; [e::e, f::e]', modules],
  ["modulemeta", modules],
  ["modulemeta | .deps | length", modules],
  ["modulemeta | .defs | length", modules],
  ['import "test_bind_order" as check; check::check', modules],
  ["try input catch .", "there is no input to read but the one given, and the error says so"],
]);

test("jq's own test file is there as a whole", () => {
  expect(vectors.length).toBe(550);
});

for (const vector of vectors) {
  if (failing.has(vector.program)) continue;
  test(`line ${vector.line}: ${vector.program}`, () => {
    expect(problem(vector)).toBeNull();
  });
}

test("exactly the cases of the table fail", () => {
  const found = vectors.filter((vector) => problem(vector) !== null).map(({ program }) => program);
  expect(found).toEqual([...failing.keys()]);
});

/** What is wrong with the answer to a case; null where it is right. */
function problem({ program: text, input, outputs }: Vector): string | null {
  const found: string[] = [];
  try {
    const program = compile(text);
    if (input === null) return "it compiles";
    const emit = (value: Json) => {
      found.push(plain(value));
    };
    program.each(parseJson(input), emit, { budget: { steps: 50_000_000 } });
  } catch (error) {
    if (!(error instanceof JqError)) throw error;
    if (input === null) return error.kind === "syntax" ? null : error.message;
    // A case may end with an error once its outputs are there, or have no outputs for that reason.
    if (error.kind !== "failed" || found.length < outputs.length) return error.message;
  }
  const wanted = outputs.map((output) => plain(parseJson(output)));
  return JSON.stringify(found) === JSON.stringify(wanted)
    ? null
    : `found ${found.join()} for ${wanted.join()}`;
}

/** A value as text, without regard to the order of keys and the sign of zero. */
function plain(value: Json): string {
  return toJson(value, Infinity, true).replaceAll(/(?<![\d.e"])-0(?![\d.])/g, "0");
}
