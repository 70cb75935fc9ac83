import { expect, test } from "vitest";
import { systemCall } from "../../kit/call.ts";
import { documentBytesMax, textOfDocument } from "./check-document.ts";
import { firstDocument, nextDocument, readNew, readNext } from "./system-fields.ts";

const call = systemCall("test-request");
const facts = { id: "0".repeat(24), version: 0, at: "2026-01-02T03:04:05.678Z", encrypt: [] };

function nested(depth: number): unknown {
  let value: unknown = "bottom";
  for (let level = 1; level < depth; level++) value = { in: value };
  return value;
}

const hostile: [string, unknown, string][] = [
  ["a NUL", { a: { b: "x\0y" } }, "a.b"],
  ["half a surrogate pair", { list: ["fine", "\ud800"] }, "list[1]"],
  ["half a surrogate pair in a name", { "\udc00": 1 }, "\udc00"],
  ["__proto__", JSON.parse('{"a": {"__proto__": {"isAdmin": true}}}'), "a.__proto__"],
  ["an operator as a name", { a: [{ $set: 1 }] }, "a[0].$set"],
  ["a dot in a name", { a: { "b.c": 1 } }, "a.b.c"],
  ["a number that is not finite", { a: Number.POSITIVE_INFINITY }, "a"],
  ["a whole number beyond 2^53", { a: [2 ** 53] }, "a[0]"],
  ["depth 65", nested(66), "in"],
  ["a date object", { a: new Date(0) }, "a"],
  ["a function", { a: () => 1 }, "a"],
  ["undefined", { a: undefined }, "a"],
  ["an unknown system field", { _secret: 1 }, "_secret"],
  ["a version of its own", { _version: 7 }, "_version"],
  ["a maker of its own", { _createdbyid: "1".repeat(24) }, "_createdbyid"],
  ["an id of a wrong form", { _id: "ABC" }, "_id"],
  ["a type that is no text", { _type: 5 }, "_type"],
  ["an ACL that nobody may read", { _acl: [{ principalId: "a".repeat(24), rights: ["update"] }] }, "_acl"],
  [
    "an ACL with an unknown field",
    { _acl: [{ principalId: "a".repeat(24), rights: ["read"], x: 1 }] },
    "_acl[0].x",
  ],
  ["encryption of a system field", { _encrypt: ["_acl"] }, "_encrypt[0]"],
  ["encryption inside an encrypted field", { _encrypt: ["card", "card.number"] }, "_encrypt"],
];

test.each(hostile)("%s is refused by its place", (_what, document, field) => {
  expect(() => readNew(document, "items[3]")).toThrowError(
    expect.objectContaining({
      code: "invalid_input",
      details: expect.objectContaining({ field: expect.any(String) }),
    }),
  );
  try {
    readNew(document, "items[3]");
  } catch (error) {
    expect((error as { details: { field: string } }).details.field.startsWith(`items[3].${field}`)).toBe(
      true,
    );
  }
});

test.each([null, [], "text", 5, undefined, new Date(0)])("%s is not a document", (value) => {
  expect(() => readNew(value, "")).toThrowError(expect.objectContaining({ code: "invalid_input" }));
});

test("what JSON can hold is kept as it is: constructor, prototype, empty names, depth 64, 2^53 - 1", () => {
  const content = {
    constructor: { prototype: 1 },
    "": "empty",
    deep: nested(63),
    most: Number.MAX_SAFE_INTEGER,
  };
  expect(firstDocument(call, readNew(content, ""), facts)).toMatchObject(content);
});

test("a document of more than 2 MiB is too large, counted in bytes", () => {
  const letters = "ä".repeat(documentBytesMax / 2);
  expect(() => textOfDocument({ letters }, "items[0]")).toThrowError(
    expect.objectContaining({ code: "too_large" }),
  );
  expect(textOfDocument({ letters: letters.slice(100) }, "items[0]")).toContain("ää");
});

test("what was read may be sent back, and what the server sets may not be changed", () => {
  const stored = firstDocument(call, readNew({ _type: "Film", name: "A" }, ""), facts);
  expect(stored._type).toBe("film");
  const next = nextDocument(call, readNext({ ...stored, year: 1 }, stored, ""), stored, facts);
  expect(next).toMatchObject({ _version: 1, year: 1, _created: facts.at });
  for (const change of [{ _created: "2020" }, { _modifiedby: "x" }, { _id: "1".repeat(24) }]) {
    expect(() => readNext({ ...stored, ...change }, stored, "")).toThrowError(
      expect.objectContaining({ code: "invalid_input" }),
    );
  }
  expect(() => readNext({ ...stored, _version: 3 }, stored, "")).toThrowError(
    expect.objectContaining({ code: "version_mismatch" }),
  );
});
