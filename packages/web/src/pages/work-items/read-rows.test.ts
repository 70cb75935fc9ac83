import { expect, test } from "vitest";
import { readRows, typed } from "./read-rows.ts";

test("CSV with quotes, line ends and delimiters within fields comes out as it was meant", () => {
  const text =
    '\uFEFFname,"the ""note""",n\r\n"Ada, Countess","two\nlines",007\r\n\r\nGrace,,-1.5\r\nlast,"",';
  expect(readRows(text)).toEqual({
    fields: ["name", 'the "note"', "n"],
    rows: [
      { name: "Ada, Countess", 'the "note"': "two\nlines", n: "007" },
      { name: "Grace", 'the "note"': "", n: "-1.5" },
      { name: "last", 'the "note"': "", n: "" },
    ],
  });
});

test("the delimiter is the one that the head line has most of", () => {
  expect(readRows("a;b,c;d\n1;2;3").rows).toEqual([{ a: "1", "b,c": "2", d: "3" }]);
  expect(readRows("a\tb\n1\t2").rows).toEqual([{ a: "1", b: "2" }]);
});

test("JSON comes as a list, as an object a line, or as one object", () => {
  expect(readRows('[{"a":1},{"b":2}]')).toEqual({ fields: ["a", "b"], rows: [{ a: 1 }, { b: 2 }] });
  expect(readRows('{"a":1}\n\n{"a":2}\n').rows).toEqual([{ a: 1 }, { a: 2 }]);
  expect(readRows('{\n  "a": 1\n}').rows).toEqual([{ a: 1 }]);
});

test("what cannot be read says where", () => {
  expect(() => readRows('a,b\n"open')).toThrow("line 2");
  expect(() => readRows('[{"a":1},2]')).toThrow("row 2");
  expect(() => readRows('{"a":1}\n{"b"')).toThrow("line 2");
});

test("texts become numbers only where nothing is lost", () => {
  expect(["1", "-2.5", "0", "true", "false"].map(typed)).toEqual([1, -2.5, 0, true, false]);
  for (const text of ["007", "1e999", "", " 1", "12345678901234567890", "1."]) expect(typed(text)).toBe(text);
});
