import { expect, test } from "vitest";
import { parseJsonText } from "./json-text.ts";

const digits = "9".repeat(309);

test.each([
  ['{"a":1e999}', "metadata.a"],
  ['{"a":[1,-1E+0999]}', "metadata.a[1]"],
  [`{"a":{"b":${digits}}}`, "metadata.a.b"],
  [`[ ${digits}.5]`, "metadata[0]"],
  ["1.5e400", "metadata"],
  ['{"a":"\\u0000"}', "metadata.a"],
  ['{"a":"\\ud800"}', "metadata.a"],
  ['{"a":{"\\u0000":1}}', "metadata.a"],
  ['{"a":{"__proto__":1}}', "metadata.a"],
  ['{"\\u005f_proto__":1}', "metadata"],
  ['{"constructor":{"prototype":1}}', "metadata"],
  [`{"__proto__":${"[".repeat(200)}${"]".repeat(200)}}`, "metadata"],
  ["{", "metadata"],
  ["", "metadata"],
])("text that could not be stored as it was sent is refused, by name: %s", (text, field) => {
  expect(() => parseJsonText(text, { field: "metadata" })).toThrow(
    expect.objectContaining({ code: "invalid_input", details: expect.objectContaining({ field }) }),
  );
});

test.each([
  '{"a":1.7976931348623157e308,"b":1e-999,"c":[-0,1E+30]}',
  '{"a":"1e999","b":"at 1e999","\\u00e9":"\\u001b \\ud83d\\ude00","constructor":1,"prototype":2}',
  `{"a":"${digits}"}`,
  '"e1e999"',
])("what can be stored is taken as it is: %s", (text) => {
  expect(parseJsonText(text, { field: "metadata" })).toEqual(JSON.parse(text));
});

test("text is read in a time that grows with its length only", () => {
  const long = 2_000_000;
  for (const text of [`"${"1".repeat(long)}"`, `"${"-1.".repeat(long / 3)}"`, `"${"1,".repeat(long / 2)}"`]) {
    expect(parseJsonText(text, { field: "metadata" })).toHaveLength(text.length - 2);
  }
});
