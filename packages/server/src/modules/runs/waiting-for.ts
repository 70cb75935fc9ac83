import type { Database } from "../../kit/database.ts";
import type { Asked, Open, State } from "./model.ts";
import { commandsOf } from "./store.ts";

const toldMax = 5;

/** What a run waits for, in words. */
export async function waitingFor(
  database: Database,
  { id, state }: { id: string; state: State },
  open: Open,
): Promise<string> {
  const reasons = state === "suspended" ? ["it is suspended: resume it"] : [];
  reasons.push(...(await callsOf(database, id, open)));
  const instants = Object.values(open.waits);
  if (instants.length > 0) {
    const first = new Date(instants.reduce((a, b) => Math.min(a, b))).toISOString();
    reasons.push(
      instants.length === 1 ? `a timer at ${first}` : `${instants.length} timers, the first at ${first}`,
    );
  }
  const listens = Object.keys(open.listens).length;
  if (listens > 0)
    reasons.push(listens === 1 ? "an event that it listens for" : `events for ${listens} listens`);
  return reasons.length === 0 ? "its next turn" : reasons.join("; ");
}

async function callsOf(database: Database, runId: string, { calls }: Open): Promise<string[]> {
  const ids = Object.keys(calls);
  if (ids.length === 0) return [];
  const told = ids.slice(0, toldMax);
  const turns = [...new Set(told.map((id) => calls[id]![0]))];
  const commands = (await commandsOf(database, runId, turns)) as Asked[];
  const words = commands.filter(({ id }) => told.includes(String(id))).map(wordsOf);
  return ids.length > toldMax ? [...words, `${ids.length - toldMax} more calls`] : words;
}

function wordsOf(command: Asked): string {
  const what = command.kind === "call" ? command.function : `the ${command.process}`;
  return `the end of ${what} of task ${command.task}`;
}
