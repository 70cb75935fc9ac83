import { expect, test } from "vitest";
import { splitArray, splitLines, type TextPart } from "./import-split.ts";

const charactersMax = 40;

/** The text in pieces of `size` characters, as a stream may bring it. */
async function* pieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function partsOf(parts: AsyncIterable<TextPart>): Promise<TextPart[]> {
  const all: TextPart[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

test("an array is cut into its elements wherever the stream is cut", async () => {
  const elements = ['{"a":"]},{[\\"","b":[1,{"c":"\\\\"}]}', "17", '"text, with ]"', "[1,[2]]", "{}"];
  const text = `\uFEFF [\n${elements.join(",\n")}\n]\n`;
  for (let size = 1; size <= text.length; size++) {
    const parts = await partsOf(splitArray(pieces(text, size), 1_000));
    expect(parts.map((part) => part.text.trim())).toEqual(elements);
    expect(parts.map((part) => part.line)).toEqual([2, 3, 4, 5, 6]);
  }
});

test("an element that is no JSON spoils no other one", async () => {
  const parts = await partsOf(splitArray(pieces('[{"a":1},{"a":tru},{"a":3}]', 4), charactersMax));
  expect(parts.map((part) => part.text)).toEqual(['{"a":1}', '{"a":tru}', '{"a":3}']);
});

test("an element or line that is too long is told, and the next one is read", async () => {
  const long = `{"a":"${"x".repeat(100)}"}`;
  const told = `a record has at most ${charactersMax} characters`;
  for (const size of [1, 7, 1_000]) {
    const elements = await partsOf(splitArray(pieces(`[${long},\n{"b":1}]`, size), charactersMax));
    expect(elements).toMatchObject([
      { line: 1, problem: told },
      { line: 2, text: '{"b":1}' },
    ]);
    const lines = await partsOf(splitLines(pieces(`${long}\n\n{"b":1}`, size), charactersMax));
    expect(lines).toMatchObject([
      { line: 1, problem: told },
      { line: 3, text: '{"b":1}' },
    ]);
  }
});

test("an empty array has no elements", async () => {
  expect(await partsOf(splitArray(pieces(" [ ] ", 2), charactersMax))).toEqual([]);
});

test.each([
  ["", "nothing in it"],
  ['{"a":1}', "--format ndjson"],
  ["17", "must begin with ["],
  ['[{"a":1},', "ends before its array does"],
  ['[{"a":1}] 5', "something after the array"],
])("what is no array is told: %s", async (text, message) => {
  await expect(partsOf(splitArray(pieces(text, 3), charactersMax))).rejects.toThrow(message);
});
