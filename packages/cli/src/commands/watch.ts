import type { Command } from "commander";
import type { Change } from "@millrace/sdk";
import type { Context } from "../context.ts";
import { harmless } from "../table.ts";
import { defined, parseObject } from "../values.ts";

interface WatchFlags {
  filter?: string;
  id?: string;
  from?: string;
}

/** Adds `watch`. */
export function addWatch(program: Command, context: Context): void {
  program
    .command("watch <collection>")
    .description("a line for every change of a collection; goes on after a break with nothing missed")
    .option("--filter <json>", "only documents that match")
    .option("--id <id>", "only this document")
    .option("--from <position>", "what changed since this position first")
    .action(async (collection: string, options: WatchFlags) => {
      const { filter, id: documentId, from } = options;
      const wanted = defined({
        filter: filter === undefined ? undefined : parseObject(filter, "--filter"),
        documentId,
        from,
      });
      const client = await context.client();
      const signal = context.interrupted;
      await new Promise<void>((resolve, reject) => {
        const show = (change: Change) => context.out.line(sentenceOf(change), change);
        const onGap = () =>
          context.out.note(
            "Changes were missed: the position is older than what is kept. Going on from now.",
          );
        const watch = client.watch({ collection, ...wanted }, show, { signal, onError: reject, onGap });
        watch.ready.then(() => context.out.note(`Watching ${collection}; Ctrl-C ends it.`), reject);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    });
}

function sentenceOf({ operation, id, version, document }: Change): string {
  const name = document?.["name"];
  const label = typeof name === "string" ? `  ${harmless(name)}` : "";
  return `${operation.padEnd(6)}  ${id}  version ${version}${label}`;
}
