import { fits, parseNeeds } from "./model.ts";
import type { RunnerOffer } from "./runner-model.ts";

/** What a sentence about a waiting job looks at. */
export interface Waiting {
  needs: string;
  /** Not before this. */
  dueAt: string | null;
  /** Why it came back from the runner before. */
  lastError?: string;
}

/** Why a job has not started, in words. */
export function whyWaiting(job: Waiting, runners: readonly RunnerOffer[]): string {
  if (job.dueAt !== null) {
    const why = job.lastError === undefined ? "" : `: ${job.lastError}`;
    return `waits until ${job.dueAt} for its next attempt${why}`;
  }
  if (runners.length === 0) return "there is no runner";
  const { runtime, tags } = parseNeeds(job.needs);
  const fitting = runners.filter((runner) => fits(job.needs, runner));
  if (fitting.length > 0) return whyNotOf(fitting, needText(runtime, tags));
  const offering = runners.filter(({ runtimes }) => runtimes.some(({ name }) => name === runtime));
  if (offering.length === 0) return `no runner offers ${runtime}`;
  if (tags.length === 1) {
    const tagged = runners.filter((runner) => runner.tags.includes(tags[0]!));
    if (tagged.length === 0) return `needs tag ${tags[0]}; no runner has it`;
    const having = counted(tagged.length, "has", "have");
    return `needs tag ${tags[0]} and ${runtime}; ${having} the tag, none of them offers ${runtime}`;
  }
  return `needs ${needText(runtime, tags)}; ${partsOf(tags, offering)}, none has all`;
}

/** Runners have what is needed: what keeps each of them from taking the job. */
function whyNotOf(fitting: readonly RunnerOffer[], need: string): string {
  const reasons = new Map<string, number>();
  for (const runner of fitting) {
    const reason = reasonOf(runner);
    if (reason === undefined) return "a runner has room: it is being handed out";
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const all = fitting.length === 2 ? "both " : fitting.length > 2 ? "all " : "";
  const words =
    reasons.size === 1
      ? `${all}${[...reasons.keys()][0]}`
      : [...reasons].map(([reason, count]) => `${count} ${reason}`).join(", ");
  const have = fitting.length === 1 ? "has" : "have";
  return `needs ${need}; ${fitting.length} ${fitting.length === 1 ? "runner" : "runners"} ${have} it, ${words}`;
}

/** Undefined if the runner could take a job. */
function reasonOf({ state, busy, slots }: RunnerOffer): string | undefined {
  if (state !== "online") return state;
  return busy >= slots ? "full" : undefined;
}

function needText(runtime: string, tags: readonly string[]): string {
  if (tags.length === 0) return runtime;
  return tags.length === 1 ? `tag ${tags[0]}` : `tags ${listed(tags)}`;
}

/** How many have each tag alone. */
function partsOf(tags: readonly string[], runners: readonly RunnerOffer[]): string {
  return tags
    .map((tag) => {
      const count = runners.filter((runner) => runner.tags.includes(tag)).length;
      return `${count === 0 ? "no runner has" : counted(count, "has", "have")} ${tag}`;
    })
    .join(", ");
}

function counted(count: number, one: string, many: string): string {
  return count === 1 ? `1 runner ${one}` : `${count} runners ${many}`;
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
