import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { Refusal } from "./failures.ts";

/** Users of one runner process. */
export const usersMax = 256;

/** Above what any account has, with room for every process id; below the end of what signed programs hold. */
const wide = { first: 1_000_000_000, runners: 4_194_304 };
/** Within the ids of a container that has no more than 65,536. */
const narrow = { first: 61_000, runners: 16 };

/**
 * The users of this process's jobs where it is root, one for each process at a time. Another runner on this machine has
 * others: limits on processes count by user, and what is ended by its user must be nobody else's.
 */
export function jobUsers(count: number): number[] {
  if (count > usersMax)
    throw new Refusal(
      "invalid_input",
      `${count} processes at once are wanted, a runner has at most ${usersMax}`,
    );
  const { first, runners } = range();
  const own = first + (process.pid % runners) * usersMax;
  return Array.from({ length: count }, (_, index) => own + index);
}

/** Ends what runners left that are no more: with a user of its own alone, only a job's first process ends with them. */
export function sweepJobUsers(): void {
  const { first, runners } = range();
  if (first === narrow.first) return;
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    const uid = statSync(`/proc/${name}`, { throwIfNoEntry: false })?.uid ?? 0;
    const runner = Math.floor((uid - first) / usersMax);
    const isLeft = uid >= first && runner < runners && !existsSync(`/proc/${runner}`);
    if (isLeft) kill(Number(name));
  }
}

function range(): typeof wide {
  const widths = readFileSync("/proc/self/uid_map", "utf8").trim().split("\n");
  const last = Math.max(...widths.map((line) => Number(line.trim().split(/\s+/)[2])));
  return last > wide.first + wide.runners * usersMax ? wide : narrow;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
