import { type Line, type Operation, readHistory } from "./history.ts";

/** What a run under faults was worth: a history in which nothing works breaks no invariant either. */
export interface Coverage {
  operations: number;
  /** Of the operations outside all windows of faults, the share that succeeded. */
  okShare: number;
  /** Of the faults, the share that struck while somebody held a lease. */
  leaseShare: number;
}

/** Measures a history; a fault's window is from its call to its return. */
export function coverageOf(lines: readonly Line[]): Coverage {
  const history = readHistory(lines);
  const { faults } = history;
  const operations: Operation[] = [history.pushes, history.claims, history.extends, history.finishes].flat();
  const outside = operations.filter(({ calledAt, returnedAt }) =>
    faults.every((fault) => returnedAt < fault.calledAt || calledAt > fault.returnedAt),
  );
  const ok = outside.filter(({ res }) => res === "ok");
  const onLeases = faults.filter(({ asked }) => asked.leasesOpen > 0);
  return {
    operations: operations.length,
    okShare: ok.length / Math.max(outside.length, 1),
    leaseShare: onLeases.length / Math.max(faults.length, 1),
  };
}
