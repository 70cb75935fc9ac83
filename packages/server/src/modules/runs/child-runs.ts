import type { Json, JsonObject } from "@millrace/workflow";
import type { Database } from "../../kit/database.ts";
import { hasCode } from "../../kit/errors.ts";
import type { Loop } from "../../kit/loops.ts";
import type { Workflows } from "../workflows/service.ts";
import { comesLater, type Effect, type EffectInput } from "./effects.ts";
import { EffectError, type Ended, outsideError } from "./model.ts";
import type { Starts } from "./starts.ts";
import * as store from "./store.ts";

const toldAtOnceMax = 500;
const everyMs = 2_000;
const levelsMax = 50;

interface ChildrenParts {
  database: Database;
  workflows: Workflows;
  starts: Starts;
  ended: (runId: string, ended: Ended) => Promise<void>;
}

/** Runs that are started by runs: once for each command, and whose end is told to the parent. */
export class ChildRuns {
  readonly #parts: ChildrenParts;

  constructor(parts: ChildrenParts) {
    this.#parts = parts;
  }

  /** The standard's `run: workflow`. The version that is named is the author's own, or `latest`. */
  readonly effect: Effect = { scope: "runs:write", run: (input) => this.#run(input) };

  async #run({ call, arguments: given, facts, command }: EffectInput): Promise<Json | typeof comesLater> {
    const { database, workflows, starts } = this.#parts;
    const waits = command.kind === "run" && command.await;
    if ((await store.findChild(database, facts.id, command.id)) === undefined) {
      const { name, version, input } = given as JsonObject;
      const level = await store.levelOf(database, facts.id, levelsMax);
      if (level >= levelsMax) throw tooDeep();
      const found = await workflows.require(call, String(name), "invoke");
      const number = await workflows.numberOf(call, found, typeof version === "string" ? version : "latest");
      const wanted = {
        found,
        version: await workflows.runnable(call.tenantId, found.id, number),
        input: (input ?? {}) as Json,
        startedBy: { kind: "run" as const, id: facts.id, name: facts.workflowName },
        parent: { id: facts.id, command: command.id, waits },
      };
      await starts.start(call, wanted).catch((error: unknown) => {
        // Another node has carried out the same command: its child is the one.
        if (!hasCode(error, "conflict") && !store.isChildTaken(error)) throw error;
      });
    }
    return waits ? comesLater : null;
  }

  /** Tells the parent of a child that has just ended. */
  async tellParent(child: store.EndedChild): Promise<void> {
    const { parentId, parentCommand: command, state, output, error, id } = child;
    const ended: Ended =
      state === "completed"
        ? { kind: "completed", command, output: output ?? null }
        : {
            kind: "failed",
            command,
            error: error ?? outsideError("runtime", 500, `the run ${id} was cancelled`),
          };
    await this.#parts.ended(parentId, ended);
    await store.noteTold(this.#parts.database, [id]);
  }

  /** Gives up what a command has started, if that is a run: `cancel` cancels it. */
  async cancel(runId: string, command: number, cancel: (childId: string) => Promise<void>): Promise<void> {
    const child = await store.findChild(this.#parts.database, runId, command);
    if (child !== undefined) await cancel(child);
  }

  /** The loop that tells parents what a node that stopped has left untold. */
  loop(): Loop {
    const tick = async () => {
      const untold = await store.listUntold(this.#parts.database, toldAtOnceMax);
      await Promise.all(untold.map((child) => this.tellParent(child)));
      return untold.length === toldAtOnceMax;
    };
    return { name: "tell-parents", tick, everyMs, alone: true };
  }
}

function tooDeep(): EffectError {
  const detail = `runs start runs more than ${levelsMax} levels deep`;
  return new EffectError(outsideError("runtime", 500, detail));
}
