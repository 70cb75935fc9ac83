import fc from "fast-check";
import { expect, test } from "vitest";
import { formsOf } from "./secret-forms.ts";
import { MaskedStream, maskText, SecretMask } from "./secret-mask.ts";

const secret = "pa/ss wörd'\"+1";

function maskOf(...secrets: string[]): SecretMask {
  const mask = new SecretMask();
  mask.add(secrets);
  return mask;
}

const shapes: [string, string][] = [
  ["plain", secret],
  ["JSON", JSON.stringify(secret)],
  ["JSON of PHP", JSON.stringify(secret).replaceAll("/", "\\/")],
  ["JSON in ASCII", JSON.stringify(secret).replace("ö", "\\u00f6")],
  ["URL", encodeURIComponent(secret)],
  ["form", new URLSearchParams({ a: secret }).toString()],
  ["hex", Buffer.from(secret).toString("hex")],
  ["HEX", Buffer.from(secret).toString("hex").toUpperCase()],
  ["base64", Buffer.from(secret).toString("base64")],
  ["base64 one in", Buffer.from(`u${secret}`).toString("base64")],
  ["base64 two in", Buffer.from(`us${secret}er`).toString("base64")],
  ["base64url", Buffer.from(`a:${secret}`).toString("base64url")],
  ["shell", `'${secret.replaceAll("'", "'\\''")}'`],
];

test.each(shapes)("a secret is hidden as %s", (_name, text) => {
  const hidden = maskOf(secret).hide(`before ${text} after`);
  expect(hidden).toContain(maskText);
  for (const form of formsOf(secret)) expect(hidden).not.toContain(form);
  expect(hidden).toMatch(/^before .*after$/s);
});

test("a secret is hidden wherever the pieces of a text are cut", () => {
  const mask = maskOf("secret-one", "one-two-three", "aaaaaa");
  const text = "xx secret-one-two-three yy secret-on aaaaaaaaaaaa b secret-one";
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 12 }), (cuts) => {
      const stream = new MaskedStream(mask);
      const at = [0, ...cuts.sort((a, b) => a - b), text.length];
      const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
      const shown = pieces.map((piece) => stream.add(piece)).join("") + stream.end();
      expect(shown).toBe(`xx ${maskText} yy secret-on ${maskText} b ${maskText}`);
    }),
  );
});

test("no more is held back than may be a secret", () => {
  const stream = new MaskedStream(maskOf("topsecret"));
  expect(stream.add("a line\n")).toBe("a line\n");
  expect(stream.add("on top")).toBe("on ");
  expect(stream.add(" of all")).toBe("top of all");
});

test("each line of a secret of many lines is hidden by itself", () => {
  const key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----\n";
  expect(maskOf(key).hide("got kqhkiG9w0BAQEF!")).toBe(`got ${maskText}!`);
  expect(maskOf(key).hide(`<${key}>`)).toBe(`<${maskText}>`);
});

test("a text of nothing but overlapping secrets is let go in bounded pieces", () => {
  const stream = new MaskedStream(maskOf("aaaaaa"));
  let shown = "";
  for (let count = 0; count < 100; count += 1) shown += stream.add("a".repeat(10_000));
  expect(shown.length).toBeGreaterThan(0);
  expect(shown + stream.end()).not.toContain("aaaaaa");
});

test("secrets are hidden in the keys, texts and numbers of a value", () => {
  const mask = maskOf("123456789", "topsecret");
  expect(mask.hideIn({ topsecret: ["a topsecret", 123456789, 12, null, true] })).toEqual({
    [maskText]: [`a ${maskText}`, maskText, 12, null, true],
  });
});

test("texts are as they were where there is no secret, or only one too short to hide", () => {
  const value = { text: "abc" };
  expect(maskOf("abc").hideIn(value)).toBe(value);
});
