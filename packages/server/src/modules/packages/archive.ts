import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import * as tar from "tar-stream";
import { AppError, invalid } from "../../kit/errors.ts";
import { manifestBytesMax, manifestFile } from "./manifest-model.ts";

type Entry = tar.Extract extends AsyncIterable<infer Each> ? Each : never;

const unpackedBytesMax = 500 * 2 ** 20;
const entriesMax = 20_000;
const depthMax = 32;
const harmless = new Set(["file", "directory"]);

/**
 * The text of the manifest in a package's tar.gz. All of the archive is walked through and nothing of it is written:
 * names that lead out of a folder, links, devices and what unpacks to too much are refused.
 */
export async function readManifestText(source: AsyncIterable<Uint8Array>): Promise<string> {
  const entries = tar.extract();
  const unpacking = pipeline(Readable.from(source), createGunzip(), bounded, entries);
  const reading = readEntries(entries);
  const [read, unpacked] = await Promise.allSettled([reading, unpacking]);
  if (read.status === "rejected") throw refusalOf(read.reason);
  if (unpacked.status === "rejected") throw refusalOf(unpacked.reason);
  if (read.value === undefined) throw invalid("archive", `has no ${manifestFile} at its top`);
  return read.value;
}

async function* bounded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > unpackedBytesMax) throw invalid("archive", `unpacks to more than ${unpackedBytesMax} bytes`);
    yield chunk;
  }
}

async function readEntries(entries: tar.Extract): Promise<string | undefined> {
  const names = new Set<string>();
  let manifest: string | undefined;
  for await (const entry of entries) {
    const name = checkEntry(entry, names);
    names.add(name);
    if (names.size > entriesMax) throw invalid("archive", `has more than ${entriesMax} entries`);
    if (name === manifestFile && entry.header.type === "file") manifest = await textOf(entry);
    else entry.resume();
  }
  return manifest;
}

/** The entry's name as it will be a path; refused where it could be anything but a place within the package. */
function checkEntry({ header }: Entry, names: ReadonlySet<string>): string {
  const shown = JSON.stringify(header.name.slice(0, 200));
  if (!harmless.has(header.type ?? "file")) {
    throw invalid("archive", `${shown} is a ${header.type}: only files and folders may stand in a package`);
  }
  const name = header.name.replace(/^(\.\/)+/, "").replace(/\/+$/, "");
  const parts = name.split("/");
  const leadsOut = header.name.startsWith("/") || /[\\\0]/.test(name) || parts.includes("..");
  if (leadsOut || parts.length > depthMax) throw invalid("archive", `${shown} is no path within a package`);
  if (names.has(name) && header.type !== "directory") throw invalid("archive", `${shown} stands in it twice`);
  return name;
}

async function textOf(entry: Entry): Promise<string> {
  if ((entry.header.size ?? 0) > manifestBytesMax)
    throw invalid("archive", `${manifestFile} has more than ${manifestBytesMax} bytes`);
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** What the unpacking complains of is the uploader's matter: a file that is no archive. */
function refusalOf(reason: unknown): unknown {
  if (reason instanceof AppError) return reason;
  const code = (reason as NodeJS.ErrnoException | undefined)?.code ?? "";
  const isOurs = !(reason instanceof Error) || (code.startsWith("E") && !code.startsWith("ERR_"));
  if (isOurs) return reason;
  return new AppError("invalid_input", `archive: is no tar.gz that can be read: ${reason.message}`, {
    field: "archive",
    cause: reason,
  });
}
