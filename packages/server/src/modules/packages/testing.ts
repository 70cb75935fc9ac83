import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import * as tar from "tar-stream";

export type Entry = Partial<tar.Header> & { name: string; text?: string };

/** A manifest of a small plugin; `fields` replace or add lines of it. */
export function manifestOf(fields: Record<string, unknown> = {}): string {
  const manifest = {
    name: "hello",
    version: "1.0.0",
    runtime: "node",
    entry: "main.js",
    functions: { greet: { description: "Says hello" } },
    ...fields,
  };
  return JSON.stringify(manifest);
}

/** A package's tar.gz with this manifest and one file of code; `entries` come after those. */
export async function archiveOf(
  fields: Record<string, unknown> = {},
  entries: readonly Entry[] = [],
): Promise<Buffer> {
  const manifest = { name: "millrace.yaml", text: manifestOf(fields) };
  return tarOf([manifest, { name: "main.js", text: "module.exports = async () => ({});" }, ...entries]);
}

/** A small package of this name, as a form or a request carries it. */
export async function blobOf(name: string): Promise<Blob> {
  return new Blob([new Uint8Array(await archiveOf({ name }))]);
}

/** Bytes as they come in. */
export function streamOf(bytes: Buffer): Readable {
  return Readable.from([bytes]);
}

/** Any entries as a tar.gz, hostile ones included. */
export async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const packing = tar.pack();
  for (const { text, ...header } of entries) packing.entry(header, text ?? "");
  packing.finalize();
  return buffer(Readable.from(packing).pipe(createGzip()));
}
