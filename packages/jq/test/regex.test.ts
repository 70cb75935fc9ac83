import fc from "fast-check";
import { expect, test } from "vitest";
import { compile, type Json } from "../src/main.ts";

const matches = compile("[match($re; $flags)]", { variables: ["re", "flags"] });

function all(text: string, re: string, flags = "g"): Json {
  return (
    matches.run(text, { variables: { re, flags }, budget: { steps: 1e7 } })[0] as { string: string }[]
  ).map(({ string }) => string);
}

test.each<[string, string, string, string[]]>([
  ["a1b22", "\\d+", "g", ["1", "22"]],
  ["aAbB", "[a-b]+", "gi", ["aAbB"]],
  ["a b", "a b", "gx", []],
  ["ab", "a # letter\n b", "gx", ["ab"]],
  ["a\nb", "a.b", "g", []],
  ["a\nb", "a.b", "gp", ["a\nb"]],
  ["a\nb", "(?m)a.b", "g", ["a\nb"]],
  ["aab", "a|aa|aab", "gl", ["aab"]],
  ["ab", "b*", "gn", ["b"]],
  ["", "", "g", [""]],
  ["abc", "", "g", ["", "", "", ""]],
  ["foo.bar", "(?<=\\.)\\w+", "g", ["bar"]],
  ["foobar", "foo(?=bar)", "g", ["foo"]],
  ["foobaz", "foo(?!bar)", "g", ["foo"]],
  ["xfoo foo", "(?<!x)foo", "g", ["foo"]],
  ["abab", "(ab)\\1", "g", ["abab"]],
  ["abab", "(?<x>ab)\\k<x>", "g", ["abab"]],
  ["aaa", "a{2}", "g", ["aa"]],
  ["aaaa", "a{1,3}?", "g", ["a", "a", "a", "a"]],
  ["aaab", "a++b", "g", ["aaab"]],
  ["aaab", "a++ab", "g", []],
  ["aaab", "(?>a+)ab", "g", []],
  ["<a><b>", "<.+?>", "g", ["<a>", "<b>"]],
  ["Füße", "\\w+", "g", ["Füße"]],
  ["🇬🇧x", ".", "g", ["🇬", "🇧", "x"]],
  ["ÄÖ", "äö", "gi", ["ÄÖ"]],
  ["1f g", "\\h+", "g", ["1f"]],
  ["a,b;c", "[^,;]", "g", ["a", "b", "c"]],
  ["a]b", "[]]", "g", ["]"]],
  ["ab12", "[[:alpha:]]+", "g", ["ab"]],
  ["abc", "[a-c&&[^b]]", "g", ["a", "c"]],
  ["αβγ", "\\p{Greek}+", "g", ["αβγ"]],
  ["a\tb", "\\t", "g", ["\t"]],
  ["A", "\\x41", "g", ["A"]],
  ["line\n", "e$", "g", ["e"]],
  ["line\n", "e\\z", "g", []],
  ["one two", "\\btwo\\b", "g", ["two"]],
])("%j: the pattern %s with flags %s takes %j", (text, pattern, flags, found) => {
  expect(all(text, pattern, flags)).toEqual(found);
});

test("groups tell where they stand in characters, and those that took no part say so", () => {
  expect(compile('[match("(?<n>x)|(b)"; "gi")]').run("🇬Xb")).toEqual([
    [
      {
        offset: 1,
        length: 1,
        string: "X",
        captures: [
          { offset: 1, length: 1, string: "X", name: "n" },
          { offset: -1, length: 0, string: null, name: null },
        ],
      },
      {
        offset: 2,
        length: 1,
        string: "b",
        captures: [
          { offset: -1, length: 0, string: null, name: "n" },
          { offset: 2, length: 1, string: "b", name: null },
        ],
      },
    ],
  ]);
});

test.each([
  "(",
  ")",
  "[",
  "a{2,1}",
  "*",
  "(?<>a)",
  "\\1",
  "(?<x",
  "[z-a]",
  "\\",
  "(?q)",
  "[[:no:]]",
  "\\p{No_such}",
])("%j is no pattern", (pattern) => {
  expect(() => compile("test($re)", { variables: ["re"] }).run("a", { variables: { re: pattern } })).toThrow(
    "is not a valid regex",
  );
});

test("substitutions, splits, scans and captures", () => {
  const program = `[sub("(?<x>b)"; "\\(.x)1", "2"), gsub("[bc]"; "-"), gsub("$"; "!"), gsub(""; ".")],
    [splits("b")], split("B"; "i"), [scan("[a-b]")], [scan("(a)(b)")], capture("(?<first>.)(?<rest>.*)")`;
  expect(compile(program).run("abc")).toEqual([
    ["ab1c", "a2c", "a--", "abc!", ".a.b.c."],
    ["a", "c"],
    ["a", "c"],
    ["a", "b"],
    [["a", "b"]],
    { first: "a", rest: "bc" },
  ]);
});

const atom = fc.constantFrom(
  "a",
  "b",
  "c",
  ".",
  "[ab]",
  "[^a]",
  "\\w",
  "\\d",
  "\\s",
  "(?:ab)",
  "(a|b)",
  "(?:a|bc)",
  "^",
  "$",
);
const quantifier = fc.constantFrom("", "", "", "*", "+", "?", "*?", "+?", "??", "{1,2}", "{2}", "{0,2}?");
const part = fc.tuple(atom, quantifier).map(([one, times]) => (/^[$^]$/.test(one) ? one : one + times));
const sequence = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(""));
const pattern = fc.array(sequence, { minLength: 1, maxLength: 3 }).map((options) => options.join("|"));
const text = fc
  .array(fc.constantFrom("a", "b", "c", "1", " ", "é", "😀"), { maxLength: 12 })
  .map((units) => units.join(""));

test("what both can do is found as JavaScript's own engine finds it", () => {
  fc.assert(
    fc.property(pattern, text, (re, given) => {
      const ours = all(given, re.replaceAll("\\w", "[a-zA-Z0-9_]"));
      const theirs = [...given.matchAll(new RegExp(re, "gu"))].map(([found]) => found);
      expect(ours).toEqual(theirs);
    }),
    { seed: 20_260, numRuns: 3_000 },
  );
});
