import { createReadStream, createWriteStream, existsSync, statSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { CommandError, usage } from "../failures.ts";
import { pageSize, takeFirst } from "../pages.ts";
import { formatBytes } from "../table.ts";
import { defined, parseObject, parseWhole } from "../values.ts";

interface UploadOptions {
  name?: string;
  type?: string;
  metadata?: string;
  temporary?: true;
}

/** Adds `files` with its subcommands. */
export function addFiles(program: Command, context: Context): void {
  const files = program.command("files").description("files: bytes with a name and rights");
  addUpload(files, context);
  addDownload(files, context);
  addReading(files, context);
}

function addUpload(files: Command, context: Context): void {
  files
    .command("upload <path>")
    .description("upload a file, or - for the standard input")
    .option("--name <text>", "instead of the file's own name")
    .option("--type <content-type>", "its content type")
    .option("--metadata <json>", "a JSON object to keep beside it")
    .option("--temporary", "removed after 24 hours unless it is attached to something")
    .action(async (path: string, options: UploadOptions) => {
      const query = uploadQueryOf(path, options);
      const size = path === "-" ? undefined : sizeOf(path);
      const client = await context.client();
      const source = path === "-" ? process.stdin : createReadStream(path);
      const file = await client.uploadFile(watched(context, source, "sent", size), query);
      context.out.done(`${file.name} is file ${file.id} (${formatBytes(file.size)}).`, file);
    });
}

function uploadQueryOf(path: string, options: UploadOptions) {
  const name = options.name ?? (path === "-" ? undefined : basename(path));
  if (name === undefined)
    throw usage("--name: say what the file is called, since the standard input has no name");
  const { metadata, type: contentType, temporary } = options;
  const checked = metadata === undefined ? undefined : JSON.stringify(parseObject(metadata, "--metadata"));
  return { name, ...defined({ contentType, temporary, metadata: checked }) };
}

function addDownload(files: Command, context: Context): void {
  files
    .command("download <file> [path]")
    .description("download a file to this path, - for the standard output, else under its own name")
    .option("--force", "overwrite what is there")
    .action(async (id: string, path: string | undefined, options: { force?: true }) => {
      const client = await context.client();
      const file = await client.getFile(id);
      const target = path ?? join(".", basename(file.name));
      if (target !== "-" && options.force !== true && existsSync(target)) {
        throw new CommandError(`${target} exists already: choose another path, or --force`);
      }
      const { stream } = await client.downloadFile(id);
      const bytes = watched(context, stream, "received", file.size);
      if (target === "-") return pipeline(Readable.from(bytes), process.stdout, { end: false });
      await writeWhole(target, bytes);
      context.out.done(`${target} (${formatBytes(file.size)})`, { path: target, ...file });
    });
}

/** The file appears under its name when all of it has come. */
async function writeWhole(target: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const draft = `${target}.part`;
  try {
    await pipeline(Readable.from(bytes), createWriteStream(draft));
    await rename(draft, target);
  } finally {
    await rm(draft, { force: true });
  }
}

function addReading(files: Command, context: Context): void {
  files
    .command("list")
    .description("list the files you may read, the newest first")
    .option("--prefix <text>", "only names that begin so")
    .option("--limit <n>", "at most so many", "50")
    .action(async (options: { prefix?: string; limit: string }) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const client = await context.client();
      const query = { limit: pageSize(limit), ...defined({ namePrefix: options.prefix }) };
      const { items, more } = await takeFirst(client.listFiles(query), limit);
      context.out.list(items, [
        { header: "id", value: (file) => file.id },
        { header: "size", value: (file) => formatBytes(file.size), right: true },
        { header: "created", value: (file) => file.createdAt },
        { header: "by", value: (file) => file.createdBy },
        { header: "name", value: (file) => file.name },
      ]);
      if (more) context.out.note("There are more: raise --limit.");
    });
  files
    .command("show <file>")
    .description("show what is known of a file")
    .action(async (id: string) => {
      const client = await context.client();
      context.out.record(await client.getFile(id));
    });
  files
    .command("delete <file...>")
    .description("delete files that nothing is attached to")
    .action(async (ids: string[]) => {
      const client = await context.client();
      for (const id of ids) await client.deleteFile(id);
      context.out.done(`Deleted: ${ids.join(", ")}`, { deleted: ids });
    });
}

/** The size of a file that is there; a usage error if it is not. */
export function sizeOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() !== true) throw usage(`path: there is no file ${path}`);
  return found.size;
}

/** The bytes, with a progress line on a terminal as they pass. */
async function* watched(
  context: Context,
  source: AsyncIterable<Uint8Array>,
  what: string,
  total: number | undefined,
): AsyncGenerator<Uint8Array> {
  const progress = context.progress();
  let done = 0;
  try {
    for await (const chunk of source) {
      done += chunk.byteLength;
      progress.show({ done, ...defined({ total }), text: `${formatBytes(done)} ${what}` });
      yield chunk;
    }
  } finally {
    progress.clear();
  }
}
