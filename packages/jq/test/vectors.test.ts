import { expect, test } from "vitest";
import { parseJson } from "../src/json-parse.ts";
import { compile, JqError, type Json, toJson } from "../src/main.ts";
import { readVectors, type Vector } from "./vectors.ts";

const vectors = readVectors(new URL("vectors/jq.test", import.meta.url));

const modules = "there are no modules: a program has no files to load them from";

/** The cases of jq that do not hold here, by their line, each with the reason. */
const failing: Readonly<Record<number, string>> = {
  1900: modules,
  1904: modules,
  1908: modules,
  1912: modules,
  1917: modules,
  1921: modules,
  1925: modules,
  1929: modules,
  1969: modules,
  1973: modules,
  1977: modules,
  1993: modules,
  2337: "there is no input to read but the one given; the error says so and is not the word break",
};

test("jq's own test file is there as a whole", () => {
  expect(vectors.length).toBe(550);
});

for (const vector of vectors) {
  if (vector.line in failing) continue;
  test(`line ${vector.line}: ${vector.program}`, () => {
    expect(problem(vector)).toBeNull();
  });
}

test("exactly the cases of the table fail", () => {
  const found = vectors.filter((vector) => problem(vector) !== null).map(({ line }) => String(line));
  expect(found).toEqual(Object.keys(failing));
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
