import type { ConnectedRunner } from "./connected-runners.ts";
import type { PickedRow } from "./dispatch-store.ts";

export interface Assignment {
  row: PickedRow;
  runner: ConnectedRunner;
}

/**
 * Gives jobs to runners that fit, at most `share` of them: by priority, then in the order of their coming, whatever
 * they need; each to the runner with the most room, and to one that has refused it only if there is no other.
 */
export function assign(
  rows: readonly PickedRow[],
  runners: readonly ConnectedRunner[],
  share: number,
): Assignment[] {
  const room = new Map(runners.map((runner) => [runner, runner.room]));
  const assigned: Assignment[] = [];
  const ordered = [...rows].sort((a, b) => b.priority - a.priority || a.position - b.position);
  for (const row of ordered) {
    if (assigned.length >= share) break;
    const runner = roomiest(row, room);
    if (runner === undefined) continue;
    room.set(runner, room.get(runner)! - 1);
    assigned.push({ row, runner });
  }
  return assigned;
}

function roomiest(row: PickedRow, room: ReadonlyMap<ConnectedRunner, number>): ConnectedRunner | undefined {
  let best: ConnectedRunner | undefined;
  let bestRank = 0;
  for (const [runner, free] of room) {
    if (free === 0 || !runner.fits(row.needs)) continue;
    const rank = runner.hasRejected(row.id) ? 1 / (1 + 1 / free) : 1 + free;
    if (rank > bestRank) [best, bestRank] = [runner, rank];
  }
  return best;
}
