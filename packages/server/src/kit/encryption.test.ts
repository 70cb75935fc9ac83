import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { Encryption, parseRootKey } from "./encryption.ts";

test("what is sealed opens in its own context only, and not once it was changed", () => {
  const encryption = new Encryption([randomBytes(32)]);
  const sealed = encryption.seal("secret", "tenant|films|1|password");
  expect(sealed).not.toContain("secret");
  expect(encryption.open(sealed, "tenant|films|1|password")).toBe("secret");
  expect(() => encryption.open(sealed, "tenant|films|2|password")).toThrow("cannot be opened");
  const changed = sealed.slice(0, -2) + (sealed.endsWith("AA") ? "BB" : "AA");
  expect(() => encryption.open(changed, "tenant|films|1|password")).toThrow("cannot be opened");
});

test("after a rotation the old key opens and the new one seals", () => {
  const [old, fresh] = [randomBytes(32), randomBytes(32)];
  const sealed = new Encryption([old]).seal("secret", "here");
  const rotated = new Encryption([fresh, old]);
  expect(rotated.open(sealed, "here")).toBe("secret");
  const resealed = rotated.seal("secret", "here");
  expect(() => new Encryption([old]).open(resealed, "here")).toThrow("root key is missing");
});

test("a root key is 64 hex digits", () => {
  expect(parseRootKey(`${"ab".repeat(32)}\n`, "here")).toHaveLength(32);
  expect(() => parseRootKey("abc", "MILLRACE_ROOT_KEY")).toThrow("64 hex digits");
});
