import { Readable } from "node:stream";
import type { Call } from "../../kit/call.ts";
import { AppError } from "../../kit/errors.ts";
import type { LogPage } from "./schemas.ts";
import type { Jobs } from "./service.ts";

/** The same caller as of now; undefined when his credential is gone. */
export type RefreshCall = (call: Call) => Promise<Call | undefined>;

/** A job's log as server-sent events, from a line on to its end; what the caller may not read is refused first. */
export async function streamLog(
  jobs: Jobs,
  refreshCall: RefreshCall,
  call: Call,
  jobId: string,
  after: number,
): Promise<Readable> {
  await jobs.getJob(call, jobId);
  const who = async () => {
    const fresh = await refreshCall(call);
    if (fresh === undefined) throw new AppError("unauthenticated", "The token or session has ended");
    return { ...fresh, signal: call.signal };
  };
  return Readable.from(eventsOf(jobs.followLog(who, jobId, after)));
}

async function* eventsOf(pages: AsyncIterable<LogPage>): AsyncGenerator<string> {
  try {
    for await (const { items } of pages) {
      if (items.length === 0) yield ": alive\n\n";
      for (const { line, ...rest } of items) {
        yield `id: ${line}\nevent: line\ndata: ${JSON.stringify({ line, ...rest })}\n\n`;
      }
    }
    yield "event: end\ndata: {}\n\n";
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    yield `event: end\ndata: ${JSON.stringify({ code: error.code, detail: error.message })}\n\n`;
  }
}
