import { expect, test } from "vitest";
import { idOf, parseMessage } from "./protocol.ts";

test("a message that no filter could be made of is refused, and the field at fault is named", () => {
  const text = '{"op":"watch","id":"w1","collection":"films","filter":{"year":{"$gt":1e999}}}';
  expect(() => parseMessage(text)).toThrow(
    expect.objectContaining({
      code: "invalid_input",
      details: expect.objectContaining({ field: "filter.year.$gt" }),
    }),
  );
  expect(idOf(text)).toBe("w1");
});

test("what is no JSON is told so", () => {
  expect(() => parseMessage("{")).toThrow(expect.objectContaining({ code: "invalid_input" }));
});
