import { expect, test } from "vitest";
import { encodingErrorOf, type EncodingError, onlyUtf8 } from "./utf8.ts";

/** What comes through of bytes that come in pieces of `size`, and what ended it. */
async function through(bytes: Buffer, size: number): Promise<{ passed: Buffer; error?: EncodingError }> {
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const passed: Buffer[] = [];
  try {
    for await (const chunk of onlyUtf8(pieces())) passed.push(chunk);
    return { passed: Buffer.concat(passed) };
  } catch (error) {
    return { passed: Buffer.concat(passed), error: error as EncodingError };
  }
}

test("UTF-8 comes through unchanged, wherever the stream is cut", async () => {
  const bytes = Buffer.from("\uFEFFä\n映画\n\u{1F600}\u0000x");
  for (let size = 1; size <= bytes.length; size += 1) {
    expect(await through(bytes, size)).toEqual({ passed: bytes });
  }
  expect(encodingErrorOf(bytes)).toBeUndefined();
});

test.each<[string, number[], { offset: number; line: number }]>([
  ["a byte of Latin-1", [0x61, 0x0a, 0xc3, 0xa4, 0xe9, 0x62, 0x63], { offset: 4, line: 2 }],
  ["a character that breaks off at the end", [0x61, 0x0a, 0x0a, 0xe6, 0x98], { offset: 3, line: 3 }],
  ["a character that another one breaks off", [0xe6, 0x98, 0x61], { offset: 0, line: 1 }],
  ["half a surrogate pair", [0x61, 0xed, 0xa0, 0x80], { offset: 1, line: 1 }],
  ["a longer form than needed", [0xc0, 0x80], { offset: 0, line: 1 }],
  ["a byte that only follows", [0x0a, 0x80, 0x80], { offset: 1, line: 2 }],
])("%s is told by its offset and line, and what came before it came through", async (_name, list, place) => {
  const bytes = Buffer.from(list);
  for (let size = 1; size <= bytes.length; size += 1) {
    const { passed, error } = await through(bytes, size);
    expect(error).toMatchObject(place);
    expect(passed).toEqual(bytes.subarray(0, place.offset));
  }
  expect(encodingErrorOf(bytes)).toMatchObject(place);
});

test("UTF-16 is known by its mark", async () => {
  const bytes = Buffer.from("\uFEFF[]", "utf16le");
  expect((await through(bytes, 100)).error?.message).toContain("iconv -f utf-16");
});
