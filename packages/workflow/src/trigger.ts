import { compile } from "./compile.ts";
import type { Workflow } from "./compiled.ts";
import type { Definition } from "./definition.ts";

/**
 * What waits for the events of a definition's `schedule.on`: a workflow that listens, whose output is the input of the
 * run to begin, the list of the events. Null where no events begin it. It is begun again for the next run.
 */
export function eventTrigger(definition: Definition): Workflow | null {
  const { document, schedule } = definition;
  if (schedule?.on === undefined) return null;
  return compile({ document, do: [{ on: { listen: { to: schedule.on, read: "envelope" } } }] });
}
