import { BoundedLines } from "./bounded-lines.ts";
import { Refusal, textOf } from "./failures.ts";
import { defaultLimits } from "./manifest.ts";
import { type Ending, endingOf } from "./outcomes.ts";
import { type Outcome, lostOutcome } from "./plugin-process.ts";
import { OutputBudget } from "./process-output.ts";
import { type HostMessage, type PluginMessage, readPluginMessage } from "./protocol.ts";
import type { RunningJob } from "./running-job.ts";
import { SecretMask } from "./secret-mask.ts";

/** Adapters live on this machine: what leaves it goes over the network that an operator grants. */
const localHost = /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/;

/** Carries out jobs by adapters that run already: each message is a POST, the answers are the lines of its response. */
export class AdapterJobs {
  readonly #addresses: ReadonlyMap<string, string>;

  constructor(adapters: Readonly<Record<string, string>>) {
    for (const [name, address] of Object.entries(adapters)) {
      const isLocal = URL.canParse(address) && localHost.test(new URL(address).hostname);
      if (!isLocal || !/^https?:/.test(address))
        throw new Refusal("invalid_input", `adapter ${name}: ${address} is no http address on this machine`);
    }
    this.#addresses = new Map(Object.entries(adapters));
  }

  async run(running: RunningJob, name: string): Promise<Ending> {
    const address = this.#addresses.get(name);
    if (address === undefined) {
      const known = [...this.#addresses.keys()].join(", ");
      throw new Refusal("runtime_missing", `there is no adapter ${name} here; there are ${known}`, {
        retry: true,
      });
    }
    return endingOf(await invoke(address, running));
  }
}

async function invoke(address: string, running: RunningJob): Promise<Outcome> {
  const { job } = running;
  const timeoutMs = Math.min(job.timeoutMs ?? Infinity, defaultLimits.timeoutMs);
  const { id, secrets = {}, config = {}, attempt, traceparent, input } = job;
  const context = { job: id, attempt, timeoutMs, config, secrets, traceparent };
  const ended = new AbortController();
  let stopped: Outcome | undefined;
  const stop = (why: Outcome) => {
    stopped = why;
    // It may have gone by itself; the connection is cut in any case.
    void post(address, { type: "cancel", id }, AbortSignal.timeout(1_000)).catch(() => undefined);
    ended.abort();
  };
  const late: Outcome = { kind: "timed_out", message: `no answer within ${timeoutMs} ms` };
  const timer = setTimeout(() => stop(late), timeoutMs);
  const forget = running.whenCancelled((message) => stop({ kind: "cancelled", message }));
  try {
    const message: HostMessage = { type: "invoke", id, function: job.function ?? "", input, context };
    const response = await post(address, message, ended.signal);
    return stopped ?? (await readAnswers(response, running));
  } catch (error) {
    return stopped ?? lostOutcome("adapter_failed", textOf(error), true);
  } finally {
    clearTimeout(timer);
    forget();
    ended.abort();
  }
}

async function post(address: string, message: HostMessage, signal: AbortSignal): Promise<Response> {
  const headers = { "content-type": "application/json", accept: "application/x-ndjson" };
  const response = await fetch(address, {
    method: "POST",
    headers,
    body: JSON.stringify(message),
    signal,
    redirect: "error",
  });
  if (!response.ok) throw new Error(`the adapter answered with status ${response.status}`);
  return response;
}

async function readAnswers(response: Response, { job, observer }: RunningJob): Promise<Outcome> {
  const mask = new SecretMask();
  mask.add(Object.values(job.secrets ?? {}));
  let outcome: Outcome | undefined;
  const tooMuch = { code: "output_limit", message: `more than ${defaultLimits.outputBytes} bytes of output` };
  const budget = new OutputBudget(defaultLimits.outputBytes, {
    onLine: (line) => observer.log?.(line),
    onSpent: () => (outcome ??= lostOutcome(tooMuch.code, tooMuch.message, false)),
  });
  const take = (message: PluginMessage | undefined) => {
    if (message === undefined || outcome !== undefined) return;
    const hidden = mask.hideIn(message) as PluginMessage;
    if (hidden.type === "log") budget.log(hidden.line);
    else if (hidden.type === "progress")
      observer.progress?.({ fraction: hidden.fraction, message: hidden.message });
    else if (hidden.type === "ok") outcome = { kind: "ok", output: hidden.output };
    else outcome = { kind: "error", error: hidden.error };
  };
  const lines = new BoundedLines(defaultLimits.outputBytes, (line, isCut) => {
    if (isCut || !budget.take(line.length)) outcome ??= lostOutcome(tooMuch.code, tooMuch.message, false);
    else take(readPluginMessage(line.toString("utf8")));
  });
  for await (const chunk of response.body ?? []) {
    lines.add(Buffer.from(chunk));
    if (outcome !== undefined) return outcome;
  }
  lines.end();
  return (
    outcome ?? lostOutcome("adapter_failed", "the adapter closed the connection before it answered", true)
  );
}
