import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createWriteStream } from "node:fs";
import { createGzip, gzipSync } from "node:zlib";
import tar from "tar-stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { archiveLimits } from "./archive-limits.ts";
import { pack, unpack } from "./archive.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-archive-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Entry = Partial<tar.Header> & { name: string; content?: string };

/** An archive of exactly these entries; answers its path and digest. */
async function archiveOf(entries: readonly Entry[]): Promise<{ path: string; digest: string }> {
  const path = join(folder, "archive.tar.gz");
  const packing = tar.pack();
  for (const { content = "", ...header } of entries) packing.entry(header, content);
  packing.finalize();
  await pipeline(packing, createGzip(), createWriteStream(path));
  return { path, digest: digestOfFile(path) };
}

function digestOfFile(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

async function unpacked(entries: readonly Entry[], limits = archiveLimits): Promise<string> {
  const { path, digest } = await archiveOf(entries);
  const target = join(folder, "target");
  mkdirSync(target);
  await unpack(path, target, { digest, limits });
  return target;
}

/** Everything that came to be in the folder, the archive itself left out. */
function written(): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => name !== "archive.tar.gz" && name !== "target",
  );
}

test("what was packed comes back with its bytes and its right to be run, and packs to the same digest", async () => {
  const source = join(folder, "source");
  mkdirSync(join(source, "deep/er"), { recursive: true });
  mkdirSync(join(source, "node_modules"));
  writeFileSync(join(source, "node_modules/left-out.js"), "");
  writeFileSync(join(source, "run.sh"), "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(join(source, "deep/er/ünïcode 文.txt"), "text");
  const first = await pack(source, join(folder, "a.tar.gz"));
  const second = await pack(source, join(folder, "b.tar.gz"));
  expect(second.digest).toBe(first.digest);
  const target = join(folder, "target");
  mkdirSync(target);
  await unpack(join(folder, "a.tar.gz"), target, { digest: first.digest });
  expect(readFileSync(join(target, "deep/er/ünïcode 文.txt"), "utf8")).toBe("text");
  expect(statSync(join(target, "run.sh")).mode & 0o777).toBe(0o755);
  expect(readdirSync(target).sort()).toEqual(["deep", "run.sh"]);
});

test("nothing is written of an archive whose digest is another", async () => {
  const { path } = await archiveOf([{ name: "a", content: "a" }]);
  const target = join(folder, "target");
  mkdirSync(target);
  await expect(unpack(path, target, { digest: "0".repeat(64) })).rejects.toMatchObject({
    code: "digest_mismatch",
  });
  expect(readdirSync(target)).toEqual([]);
});

const hostile: [string, Entry[]][] = [
  ["a path that leads up", [{ name: "../evil", content: "x" }]],
  ["a path that leads up later", [{ name: "a/../../evil", content: "x" }]],
  ["an absolute path", [{ name: "/tmp/evil", content: "x" }]],
  ["a symbolic link", [{ name: "a", type: "symlink", linkname: "/etc" }]],
  [
    "a link and what goes through it",
    [
      { name: "a", type: "symlink", linkname: ".." },
      { name: "a/evil", content: "x" },
    ],
  ],
  ["a hard link", [{ name: "a", type: "link", linkname: "/etc/passwd" }]],
  ["a device", [{ name: "a", type: "character-device", devmajor: 1, devminor: 3 }]],
  ["a pipe", [{ name: "a", type: "fifo" }]],
  [
    "a name twice",
    [
      { name: "a", content: "1" },
      { name: "a", content: "2" },
    ],
  ],
  ["a name in another case", [{ name: "Read.me" }, { name: "read.ME" }]],
  ["a folder in another case", [{ name: "Lib/a" }, { name: "lib/b" }]],
  ["a name in another Unicode form", [{ name: "\u00e9" }, { name: "e\u0301" }]],
  ["a file where a folder is", [{ name: "a/b" }, { name: "a" }]],
  ["a name with a backslash", [{ name: "..\\evil" }]],
  ["a name with a line end", [{ name: "a\nb" }]],
  ["a name that turns its direction", [{ name: "a\u202egnp.exe" }]],
  ["a name of a device", [{ name: "AUX.txt" }]],
  ["a name like an option", [{ name: "-rf" }]],
  ["a drive", [{ name: "C:evil" }]],
  ["folders without end", [{ name: `${"a/".repeat(40)}b` }]],
];

test.each(hostile)("an archive with %s is refused, and nothing lands outside", async (_name, entries) => {
  await expect(unpacked(entries)).rejects.toMatchObject({ code: "archive_invalid" });
  expect(written().filter((name) => !name.startsWith("target/"))).toEqual([]);
});

test("an archive that is too much is refused while it is read", async () => {
  const limits = { ...archiveLimits, unpackedBytes: 1_000_000, entries: 10 };
  const zeros = "0".repeat(700_000);
  await expect(
    unpacked(
      [
        { name: "a", content: zeros },
        { name: "b", content: zeros },
      ],
      limits,
    ),
  ).rejects.toThrow("more than 1000000 bytes");
  expect(written()).not.toContain("target/b");
  rmSync(join(folder, "target"), { recursive: true });
  const many = Array.from({ length: 11 }, (_, index) => ({ name: `f${index}` }));
  await expect(unpacked(many, limits)).rejects.toThrow("more than 10 entries");
  rmSync(join(folder, "target"), { recursive: true });
  await expect(unpacked([{ name: "a" }], { ...limits, packedBytes: 10 })).rejects.toThrow("at most 10");
});

test.each([
  ["no gzip", Buffer.from("not an archive at all")],
  ["a gzip of something else", gzipSync(Buffer.alloc(4_096, 7))],
])("%s is refused as an archive", async (_name, bytes) => {
  const path = join(folder, "archive.tar.gz");
  writeFileSync(path, bytes);
  const target = join(folder, "target");
  mkdirSync(target);
  const digest = digestOfFile(path);
  await expect(unpack(path, target, { digest })).rejects.toMatchObject({ code: "archive_invalid" });
});

test("a link in a folder is not packed, and the message names it", async () => {
  const source = join(folder, "source");
  mkdirSync(source);
  symlinkSync("/etc/passwd", join(source, "link"));
  await expect(pack(source, join(folder, "a.tar.gz"))).rejects.toThrow("link is no plain file");
});
