import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { Spool, type SpoolOptions } from "./spool.ts";

const opened: Spool[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const spool of opened.splice(0)) await spool.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "millrace-spool-"));
  folders.push(folder);
  return join(folder, "spool");
}

async function open(folder: string, options: Partial<SpoolOptions> = {}) {
  const warnings: string[] = [];
  const spool = await Spool.open({
    folder,
    warn: (message) => void warnings.push(message),
    dropMarker: (key, lines) => Buffer.from(`dropped ${lines} of ${key}`),
    ...options,
  });
  opened.push(spool);
  return { spool, warnings };
}

const textsOf = async (spool: Spool, after = 0) =>
  (await spool.read(after, Infinity)).map(({ body }) => Buffer.from(body).toString());
const seqsOf = async (spool: Spool, after = 0) => (await spool.read(after, Infinity)).map(({ seq }) => seq);
const filesOf = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".spool"))
    .sort();

test("what was appended is there after a crash, in order, and what was acknowledged is gone", async () => {
  const folder = newFolder();
  const { spool } = await open(folder);
  await Promise.all(["a", "b", "c"].map((text) => spool.append("job", Buffer.from(text))));
  await spool.appendLog("job", 1, Buffer.from("line"));
  spool.acknowledge(2);
  // Not closed: another process finds what this one left.
  const again = await open(folder);
  again.spool.learnReceived(2);
  expect(await textsOf(again.spool)).toEqual(["c", "line"]);
  expect(again.spool.id).toBe(spool.id);
  await again.spool.append("job", Buffer.from("d"));
  expect(await seqsOf(again.spool)).toEqual([3, 4, 5]);
  again.spool.acknowledge(5);
  expect(again.spool.count).toBe(0);
});

test("each record says which one is sent before it, so that a gap is told from what was dropped", async () => {
  const { spool } = await open(newFolder());
  for (const text of ["a", "b", "c"]) await spool.append("job", Buffer.from(text));
  spool.acknowledge(1);
  expect((await spool.read(1, Infinity)).map(({ seq, after }) => [seq, after])).toEqual([
    [2, 1],
    [3, 2],
  ]);
});

test("numbers go on above what the server has, even where the files tell of nothing", async () => {
  const { spool } = await open(newFolder());
  spool.learnReceived(41);
  await spool.append("job", Buffer.from("x"));
  expect(await seqsOf(spool)).toEqual([42]);
});

test("without room the oldest logs are dropped and counted, and results never are", async () => {
  const folder = newFolder();
  const { spool, warnings } = await open(folder, { bytesMax: 64 * 1024 });
  const line = Buffer.alloc(1_000, "x");
  for (let index = 0; index < 200; index++) {
    await spool.appendLog("job:1", 2, line);
    if (index % 20 === 0) await spool.append("job:1", Buffer.from(`result ${index}`));
  }
  const texts = await textsOf(spool);
  const results = texts.filter((text) => text.startsWith("result"));
  expect(results).toEqual(Array.from({ length: 10 }, (_each, index) => `result ${index * 20}`));
  const lines = texts.filter((text) => text.startsWith("xxx")).length;
  const dropped = texts.filter((text) => text.startsWith("dropped"));
  const told = dropped.reduce((sum, text) => sum + Number(/dropped (\d+) of job:1/.exec(text)![1]), 0);
  expect(told + lines * 2).toBe(400);
  expect(told).toBeGreaterThan(0);
  expect(spool.bytes).toBeLessThan(80 * 1024);
  expect(warnings.join()).toContain("dropped");
});

test("a spool full of results takes no more jobs, and says so until the server has taken them", async () => {
  const { spool } = await open(newFolder(), { bytesMax: 16_384 });
  expect(spool.refusing).toBe("");
  for (let index = 0; index < 12; index++) await spool.append("job:1", Buffer.alloc(1_000));
  expect(spool.refusing).toContain("full");
  spool.acknowledge(12);
  await spool.append("job:1", Buffer.from("x"));
  expect(spool.refusing).toBe("");
});

/** Three records in one segment; answers the segment's path. */
async function threeRecords(): Promise<{ folder: string; path: string }> {
  const folder = newFolder();
  const { spool } = await open(folder);
  for (const text of ["first", "second", "third"]) await spool.append("job:1", Buffer.from(text));
  await spool.close();
  return { folder, path: join(folder, filesOf(folder)[0]!) };
}

test("a flipped bit costs the record it is in, which is named and set aside", async () => {
  const { folder, path } = await threeRecords();
  const bytes = readFileSync(path);
  bytes[bytes.indexOf("second")]! ^= 1;
  writeFileSync(path, bytes);
  const { spool, warnings } = await open(folder);
  expect(await textsOf(spool)).toEqual(["first", "third"]);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain("lost are the records 2");
  expect(readdirSync(folder).some((name) => name.endsWith(".damaged"))).toBe(true);
  await spool.append("job:1", Buffer.from("fourth"));
  expect(await seqsOf(spool)).toEqual([1, 3, 4]);
});

test("a zeroed block costs the records it is in, and a cut tail the last one", async () => {
  const { folder, path } = await threeRecords();
  const bytes = readFileSync(path);
  bytes.fill(0, bytes.indexOf("first"), bytes.indexOf("second") + 3);
  writeFileSync(path, bytes);
  truncateSync(path, bytes.length - 2);
  const { spool, warnings } = await open(folder);
  expect(await textsOf(spool)).toEqual([]);
  expect(warnings.length).toBeGreaterThan(0);
});

test("a file that lies there twice counts once", async () => {
  const { folder, path } = await threeRecords();
  writeFileSync(path.replace(/kept-\d+/, "kept-0000000000000009"), readFileSync(path));
  const { spool } = await open(folder);
  expect(await textsOf(spool)).toEqual(["first", "second", "third"]);
});

test("a spool that was cut anywhere yields whole records in order, and all before the cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ isLog: fc.boolean(), bytes: fc.uint8Array({ maxLength: 300 }) }), {
        minLength: 1,
        maxLength: 30,
      }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (records, share) => {
        const folder = newFolder();
        const { spool } = await open(folder);
        for (const { isLog, bytes } of records) {
          if (isLog) await spool.appendLog("job:1", 1, bytes);
          else await spool.append("job:1", bytes);
        }
        await spool.close();
        const path = join(folder, filesOf(folder)[0]!);
        const whole = readFileSync(path);
        const cut = Math.floor(whole.length * share);
        truncateSync(path, cut);
        const { spool: left } = await open(folder);
        const found = await left.read(0, Infinity);
        for (const { seq, body } of found)
          expect(Buffer.from(body)).toEqual(Buffer.from(records[seq - 1]!.bytes));
        expect(found.map(({ seq }) => seq)).toEqual(found.map(({ seq }) => seq).sort((a, b) => a - b));
        const [kind] = filesOf(folder)[0]!.split("-");
        const untouched = records.flatMap(({ isLog }, index) =>
          isLog === (kind === "log") ? [] : [index + 1],
        );
        expect(found.map(({ seq }) => seq)).toEqual(expect.arrayContaining(untouched));
        await left.append("job:1", Buffer.from("next"));
        const last = (await left.read(0, Infinity)).at(-1)!;
        expect(last.seq).toBeGreaterThan(found.at(-1)?.seq ?? 0);
      },
    ),
    { numRuns: 60 },
  );
});

test("any damage leaves every record that it did not touch", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 255 }),
      async (places, mask) => {
        const folder = newFolder();
        const { spool } = await open(folder);
        const texts = Array.from(
          { length: 20 },
          (_each, index) => `record-${index}-${"x".repeat(index * 7)}`,
        );
        for (const text of texts) await spool.append("job:1", Buffer.from(text));
        await spool.close();
        const path = join(folder, filesOf(folder)[0]!);
        const bytes = readFileSync(path);
        for (const place of places) bytes[place % bytes.length]! ^= mask;
        writeFileSync(path, bytes);
        const left = await textsOf((await open(folder)).spool);
        expect(left.length).toBeGreaterThanOrEqual(texts.length - places.length);
        for (const text of left) expect(texts).toContain(text);
      },
    ),
    { numRuns: 60 },
  );
});
