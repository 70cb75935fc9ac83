import { createHash, randomBytes } from "node:crypto";
import { readdir, stat, utimes, writeFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BlobStore, PutOptions } from "./blobs.ts";
import { DiskBlobs } from "./disk-blobs.ts";
import { openBlobs } from "./open-blobs.ts";
import { startS3 } from "./testing-s3.ts";
import { temporaryFolder } from "./testing.ts";

const options: PutOptions = { bytesMax: 1024 ** 3 };

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The bytes in pieces that fit no boundary of any store. */
async function* streamOf(bytes: Uint8Array, pieceBytes = 100_003): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

async function* brokenStream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* streamOf(bytes);
  throw new Error("the connection broke");
}

async function read(
  blobs: BlobStore,
  sha256: string,
  range?: { start: number; end: number },
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await blobs.get(sha256, range)) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

async function hashesIn(blobs: BlobStore): Promise<string[]> {
  return (await blobs.list("", 1_000)).map((blob) => blob.sha256);
}

const stores: Record<string, () => Promise<{ blobs: BlobStore; stop: () => Promise<void> }>> = {
  disk: async () => ({ blobs: new DiskBlobs(join(temporaryFolder(), "files")), stop: async () => undefined }),
  s3: () => startS3(temporaryFolder()),
};

describe.each(Object.keys(stores))("blobs on %s", (kind) => {
  let blobs: BlobStore;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ blobs, stop } = await stores[kind]!());
  });
  afterAll(() => stop());

  test.each([
    ["no bytes", 0],
    ["a byte", 1],
    ["exactly one part", 8 * 1024 * 1024],
    ["three parts", 20 * 1024 * 1024 + 7],
  ])("%s come back as they were put, under their hash, until they are deleted", async (_name, size) => {
    const bytes = randomBytes(size);
    const sha256 = hashOf(bytes);
    expect(await blobs.has(sha256)).toBe(false);
    expect(await blobs.put(streamOf(bytes), options)).toEqual({ sha256, size });
    expect(hashOf(await read(blobs, sha256))).toBe(sha256);
    const listed = (await blobs.list("", 1_000)).find((blob) => blob.sha256 === sha256);
    expect(listed).toMatchObject({ sha256, size });
    expect(Math.abs(Date.parse(listed!.modifiedAt) - Date.now())).toBeLessThan(600_000);
    await blobs.delete(sha256);
    await blobs.delete(sha256);
    expect(await blobs.has(sha256)).toBe(false);
    await expect(read(blobs, sha256)).rejects.toThrow(`the blob ${sha256} is missing`);
  });

  test.each([
    ["small", 5_000],
    ["large", 17 * 1024 * 1024],
  ])("the same %s bytes take their room once", async (_name, size) => {
    const bytes = randomBytes(size);
    const before = (await hashesIn(blobs)).length;
    const put = () => blobs.put(streamOf(bytes), { ...options, expectedSha256: hashOf(bytes) });
    await Promise.all([put(), put()]);
    await put();
    expect((await hashesIn(blobs)).length).toBe(before + 1);
    expect(hashOf(await read(blobs, hashOf(bytes)))).toBe(hashOf(bytes));
  });

  test.each([
    ["small", 5_000],
    ["large", 17 * 1024 * 1024],
  ])("%s bytes that are refused leave nothing", async (_name, size) => {
    const bytes = randomBytes(size);
    const before = await hashesIn(blobs);
    const wrong = blobs.put(streamOf(bytes), { ...options, expectedSha256: "0".repeat(64) });
    await expect(wrong).rejects.toMatchObject({ code: "invalid_input", details: { field: "sha256" } });
    const long = blobs.put(streamOf(bytes), { bytesMax: size - 1 });
    await expect(long).rejects.toMatchObject({ code: "too_large" });
    await expect(blobs.put(brokenStream(bytes), options)).rejects.toThrow("the connection broke");
    const unwanted = blobs.put(streamOf(bytes), {
      ...options,
      beforeKeep: () => Promise.reject(new Error("no")),
    });
    await expect(unwanted).rejects.toThrow("no");
    expect(await hashesIn(blobs)).toEqual(before);
    await blobs.put(streamOf(bytes), { bytesMax: size });
    expect(await blobs.has(hashOf(bytes))).toBe(true);
  });
});

describe.each(Object.keys(stores))("what stands in the store on %s", (kind) => {
  let blobs: BlobStore;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ blobs, stop } = await stores[kind]!());
  });
  afterAll(() => stop());

  test("a range is read from its first to its last byte", async () => {
    const bytes = randomBytes(300_000);
    const { sha256 } = await blobs.put(streamOf(bytes), options);
    expect(await read(blobs, sha256, { start: 0, end: 1 })).toEqual(bytes.subarray(0, 2));
    expect(await read(blobs, sha256, { start: 100_000, end: 200_000 })).toEqual(
      bytes.subarray(100_000, 200_001),
    );
    expect(await read(blobs, sha256, { start: 299_999, end: 299_999 })).toEqual(bytes.subarray(299_999));
  });

  test("whoever deletes is told before the store looks whether it has the bytes", async () => {
    const bytes = randomBytes(1_000);
    const { sha256 } = await blobs.put(streamOf(bytes), options);
    await blobs.put(streamOf(bytes), {
      ...options,
      beforeKeep: async (blob) => {
        expect(blob).toEqual({ sha256, size: 1_000 });
        await blobs.delete(sha256);
      },
    });
    expect(await read(blobs, sha256)).toEqual(bytes);
  });

  test("pages list every blob once, in the order of their hashes", async () => {
    for (let n = 0; n < 5; n++) await blobs.put(streamOf(randomBytes(10)), options);
    const all = await hashesIn(blobs);
    expect(all).toEqual([...all].sort());
    const paged: string[] = [];
    for (let page = await blobs.list("", 2); page.length > 0; page = await blobs.list(paged.at(-1)!, 2)) {
      paged.push(...page.map((blob) => blob.sha256));
    }
    expect(paged).toEqual(all);
  });
});

describe("disk", () => {
  test("only the server's own user may read what lies there", async () => {
    const folder = join(temporaryFolder(), "files");
    const { sha256 } = await new DiskBlobs(folder).put(streamOf(randomBytes(10)), options);
    const inner = join(folder, sha256.slice(0, 2), sha256.slice(2, 4));
    expect((await stat(inner)).mode & 0o777).toBe(0o700);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(inner, sha256))).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, "incoming"))).toEqual([]);
  });

  test("what a crash left of an upload is removed, an upload under way is not", async () => {
    const folder = join(temporaryFolder(), "files");
    await mkdir(join(folder, "incoming"), { recursive: true });
    for (const name of ["left", "under-way"]) await writeFile(join(folder, "incoming", name), "half");
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(join(folder, "incoming", "left"), longAgo, longAgo);
    expect(await new DiskBlobs(folder).removeLeftovers()).toBe(1);
    expect(await readdir(join(folder, "incoming"))).toEqual(["under-way"]);
  });

  test("bytes that a crash of the machine cut short are put again whole", async () => {
    const folder = join(temporaryFolder(), "files");
    const blobs = new DiskBlobs(folder);
    const bytes = randomBytes(1_000);
    const { sha256 } = await blobs.put(streamOf(bytes), options);
    await writeFile(join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256), "");
    await blobs.put(streamOf(bytes), options);
    expect(await read(blobs, sha256)).toEqual(bytes);
  });
});

describe("configuration", () => {
  const aws = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
  const open = (blobStore: string, environment = {}) =>
    openBlobs({ blobStore, dataDir: "/nowhere" }, environment);

  test("a store that cannot be meant is refused with what to write instead", () => {
    for (const wrong of [
      "",
      "S3",
      "https://bucket",
      "s3://",
      "s3://b?endpoint=nonsense",
      "s3://b?endpoint=ftp://x",
    ]) {
      expect(() => open(wrong, aws), wrong).toThrow("MILLRACE_BLOB_STORE");
    }
    expect(() => open("s3://bucket?endpoint=http://127.0.0.1:1")).toThrow("AWS_ACCESS_KEY_ID");
    expect(open("s3://bucket?endpoint=http://127.0.0.1:1", aws)).toBeDefined();
  });

  test("a bucket that cannot be reached or refuses our key is the store's fault; nobody is told the key", async () => {
    const s3 = await startS3(temporaryFolder(), { secretAccessKey: "wrong" });
    const refused = await s3.blobs.list("", 1).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "unavailable" });
    expect(JSON.stringify(refused)).not.toContain("wrong");
    await s3.stop();
    const gone = s3.blobs.put(streamOf(randomBytes(10)), options);
    await expect(gone).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("store of files"),
    });
  });
});
