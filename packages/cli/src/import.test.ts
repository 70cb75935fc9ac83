import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Cli, startServer } from "./testing.ts";

let cli: Cli;

beforeAll(async () => {
  cli = new Cli();
  await startServer(cli);
});

afterAll(() => cli.remove());

function fileOf(name: string, text: string): string {
  const path = join(cli.folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

async function queueOf(name: string): Promise<string[]> {
  await cli.json("queues", "create", name);
  return ["--queue", name];
}

test.each([
  ["json", '[{"n":1},{"n":2},{"n":2}]'],
  ["ndjson", '{"n":1}\n{"n":2}\n\n{"n":2}\n'],
  ["csv", "n\n1\n2\n2\n"],
])("records of %s are separate items, equal ones too, and a second run adds none", async (format, text) => {
  const path = fileOf(`equal.${format}`, text);
  const args = ["import", path, ...(await queueOf(`equal-${format}`))];
  expect(await cli.json(...args)).toEqual({ added: 3, duplicates: 0, bad: 0 });
  expect(await cli.json(...args)).toEqual({ added: 0, duplicates: 3, bad: 0 });
});

test("another file of the same name is another import, and so is another standard input", async () => {
  const into = await queueOf("others");
  for (const folder of ["monday", "tuesday"]) {
    const path = fileOf(`${folder}/data.ndjson`, `{"n":1}\n{"day":"${folder}"}\n`);
    expect(await cli.json("import", path, ...into)).toMatchObject({ added: 2, duplicates: 0 });
  }
  const args = ["--json", "import", "-", "--format", "ndjson", ...into];
  const again = async (...more: string[]) =>
    JSON.parse((await cli.run([...args, ...more], { input: '{"n":1}\n' })).stdout) as unknown;
  for (let run = 0; run < 2; run++) expect(await again()).toMatchObject({ added: 1, duplicates: 0 });
  for (const named of [
    ["--key-prefix", "today"],
    ["--idempotency-field", "n"],
  ]) {
    expect(await again(...named)).toMatchObject({ added: 1, duplicates: 0 });
    expect(await again(...named)).toMatchObject({ added: 0, duplicates: 1 });
  }
});

test("a bad record of an array is named by its number, and the rest can follow after it was put right", async () => {
  const into = await queueOf("mended");
  const path = fileOf("mended.json", '[{"n":1},{"n":tru},{"n":3}]');
  const { code, stderr } = await cli.run(["import", path, ...into]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("record 2 (line 1): ")]);
  const [, prefix] = /--key-prefix (\S+)/.exec(stderr) ?? [];
  fileOf("mended.json", '[{"n":1},{"n":2},{"n":3}]');
  expect(await cli.json("import", path, ...into, "--key-prefix", String(prefix))).toMatchObject({
    added: 2,
    duplicates: 1,
  });
});

test("a key of another item ends the import with the options that help, and not with leaving data out", async () => {
  const into = await queueOf("taken");
  const importOf = (n: number) => {
    const path = fileOf("taken.ndjson", `{"id":"a","n":${n}}\n`);
    return cli.run(["import", path, ...into, "--idempotency-field", "id"]);
  };
  expect(await importOf(1)).toMatchObject({ code: 0 });
  const { code, stderr } = await importOf(2);
  expect([code, stderr]).toEqual([1, expect.stringContaining("line 1: ")]);
  for (const option of ["--key-prefix", "--idempotency-field"]) expect(stderr).toContain(option);
  expect(stderr).not.toContain("--skip-bad");
});

test("one record, and one that is bad, are told as one", async () => {
  const args = ["import", fileOf("one.ndjson", '{"n":1}\n'), ...(await queueOf("one"))];
  expect((await cli.run(args)).stdout).toContain("1 record into queue one, in");
  expect((await cli.run(args)).stdout).toContain("0 records into queue one, 1 record was there before, in");
  const bad = fileOf("bad.ndjson", '{"n":1}\n{"n"\n');
  const { stdout } = await cli.run(["import", bad, "--collection", "bad", "--skip-bad"]);
  expect(stdout).toContain("1 record into collection bad, 1 bad record left out, in");
});

test.each([
  ["semicolons.csv", "id;name\n1;Ann\n", 1, "--delimiter ';'"],
  ["object.json", '{"n":1}\n{"n":2}\n', 1, "--format ndjson"],
  ["empty.json", " \n", 1, "nothing in it"],
  ["array.json", "[]", 0, "nothing in it"],
  ["empty.ndjson", "", 0, "nothing in it"],
  ["header.csv", "id,name\n", 0, "nothing in it"],
])("an import of %s says what is the matter", async (name, text, code, told) => {
  const ended = await cli.run(["import", fileOf(name, text), "--collection", "matter"]);
  expect(ended.code).toBe(code);
  expect(ended.stdout + ended.stderr).toContain(told);
});
