import type { Command } from "commander";
import type { Client } from "@millrace/sdk";
import type { Context } from "../context.ts";
import { parseWhole } from "../values.ts";

type Page = Awaited<ReturnType<Client["jobLogs"]>>;
const followWaitMs = 20_000;

/** Adds `jobs logs`. */
export function addJobLogs(jobs: Command, context: Context): void {
  jobs
    .command("logs <job>")
    .description("show what a job has printed and logged")
    .option("--follow", "go on until the job has ended")
    .option("--after <line>", "from this line on; the first one is 0", "0")
    .action(async (job: string, options: { follow?: true; after: string }) => {
      let after = parseWhole(options.after, "--after");
      const client = await context.client();
      for (;;) {
        const waitMs = options.follow === true ? followWaitMs : 0;
        const page: Page = await client.jobLogs(job, { after, limit: 5_000, waitMs });
        show(context, page);
        after = page.next;
        if (page.ended || (options.follow !== true && page.items.length === 0)) return;
      }
    });
}

function show(context: Context, { items }: Page): void {
  for (const line of items) context.out.line(line.text, line);
}
