import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { helperOf } from "../src/plugin-helpers.ts";
import { runtimeNames } from "../src/runtime-names.ts";
import { TestRunner } from "../src/testing.ts";

const examples = fileURLToPath(new URL("../../../examples/plugins", import.meta.url));
const languages = runtimeNames.filter((name) => name !== "executable");

let runner: TestRunner;
beforeAll(async () => {
  runner = await new TestRunner().open();
});
afterAll(() => runner.remove());

test("there is an example for every language", () => {
  const folders = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual([...languages].sort());
});

test.for(languages)("the example in %s checks account numbers", async (language, { skip }) => {
  const isThere = runner.jobs.describe().runtimes.some(({ name }) => name === language);
  if (!isThere) return skip(`this machine has no ${language}`);
  const helper = helperOf(language);
  const added = helper === undefined ? {} : { [helper.name]: helper.path };
  const digest = await runner.packFolder(join(examples, language), added);
  const check = async (iban: string) => {
    const job = { run: { package: digest }, function: "check_iban", input: { iban } };
    return (await runner.run(job)).result;
  };
  expect(await check("GB82 WEST 1234 5698 7654 32")).toMatchObject({
    output: { valid: true, country: "GB" },
  });
  expect(await check("fr14 2004 1010 0505 0001 3m02 606")).toMatchObject({
    output: { valid: true, country: "FR" },
  });
  expect(await check("GB83 WEST 1234 5698 7654 32")).toMatchObject({ output: { valid: false } });
  expect(await check("no number")).toMatchObject({ outcome: "business_error", error: { code: "no_iban" } });
});
