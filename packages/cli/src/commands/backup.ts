import type { Command } from "commander";
import type { Context } from "../context.ts";
import { loadServer, type Server } from "../packages.ts";
import type { Progress } from "../progress.ts";
import { formatBytes, formatCount, formatDuration } from "../table.ts";
import { addSettings, readSettings } from "./server-settings.ts";

type BackupProgress = Parameters<NonNullable<Parameters<Server["backUp"]>[1]["onProgress"]>>[0];

/** Adds `backup` and `restore`; they work on a data folder or database, without a server's help. */
export function addBackup(
  program: Command,
  context: Context,
  settings: ReturnType<Server["describeSettings"]>,
): void {
  const backup = program
    .command("backup <file>")
    .description("back up database and files as of one moment into a tar.gz, while the server runs or not")
    .option(
      "--with-root-key",
      "put the key of encrypted fields into the backup: whoever has the file can read them",
    );
  addSettings(backup, settings).action(async (file: string, _options: unknown, command: Command) => {
    const options = command.optsWithGlobals<Record<string, unknown>>();
    await runBackup(context, file, options);
  });
  const restore = program
    .command("restore <file>")
    .description("fill an empty data folder or database from a backup, and check every row and byte");
  addSettings(restore, settings).action(async (file: string, _options: unknown, command: Command) => {
    await runRestore(context, file, command.optsWithGlobals<Record<string, unknown>>());
  });
}

async function runBackup(context: Context, file: string, options: Record<string, unknown>): Promise<void> {
  const startedAt = performance.now();
  const server = await loadServer();
  const config = readSettings(server, options, context.environment);
  const withRootKey = options["withRootKey"] === true;
  const progress = context.progress();
  const onProgress = showIn(progress);
  const log = server.createLog({ level: "error", pretty: false, to: 2 });
  const made = await server
    .backUp(config, { file, withRootKey, log, onProgress })
    .finally(() => progress.clear());
  const { rows, blobs, blobBytes, createdAt } = made;
  const took = formatDuration(performance.now() - startedAt);
  const what = `${formatCount(rows, "row")}, ${formatCount(blobs, "file")} (${formatBytes(blobBytes)})`;
  context.out.done(`${file}: ${what}, as of ${createdAt}, in ${took}.`, { file, ...made });
  if (!withRootKey)
    context.out.note("Keep root.key too, or encrypted fields stay closed; --with-root-key adds it.");
}

async function runRestore(context: Context, file: string, options: Record<string, unknown>): Promise<void> {
  const startedAt = performance.now();
  const server = await loadServer();
  const config = readSettings(server, options, context.environment);
  const progress = context.progress();
  const onProgress = showIn(progress);
  const log = server.createLog({ level: "error", pretty: false, to: 2 });
  const restored = await server
    .restoreBackup(config, { file, log, onProgress })
    .finally(() => progress.clear());
  const { rows, blobs, blobBytes, createdAt, hasRootKey } = restored;
  const took = formatDuration(performance.now() - startedAt);
  const what = `${formatCount(rows, "row")}, ${formatCount(blobs, "file")} (${formatBytes(blobBytes)})`;
  context.out.done(`Restored and checked: ${what}, as of ${createdAt}, in ${took}.`, { file, ...restored });
  if (!hasRootKey) {
    context.out.note(
      "The backup has no root key: put the old root.key into the data folder before you start.",
    );
  }
}

function showIn(progress: Progress): (state: BackupProgress) => void {
  return ({ step, rows, blobs, bytes }) => {
    const count = step === "tables" ? formatCount(rows, "row") : formatCount(blobs, "file");
    progress.show({ done: bytes, text: `${step}: ${count}, ${formatBytes(bytes)}` });
  };
}
