import type { Json } from "@millrace/workflow";
import { hasCode } from "../../kit/errors.ts";
import type { Documents } from "../documents/service.ts";
import type { Files } from "../files/service.ts";
import type { Jobs } from "../jobs/service.ts";
import type { Messages } from "../messages/service.ts";
import type { WorkItems } from "../work-items/service.ts";
import type { ChildRuns } from "./child-runs.ts";
import { comesLater, type Effect, type EffectInput } from "./effects.ts";
import type { AwaitedEnds } from "./hear-of-ends.ts";
import { callHttp } from "./http-call.ts";
import { EffectError, outsideError } from "./model.ts";
import { platformFunctions } from "./platform-functions.ts";

interface TableParts {
  documents: Documents;
  files: Files;
  items: WorkItems;
  messages: Messages;
  jobs: Jobs;
  children: ChildRuns;
  ends: AwaitedEnds;
}

/** Who carries out what, by name. A name with a dot or a slash is a function of a package. */
export function effectsOf(parts: TableParts): { effects: ReadonlyMap<string, Effect>; otherwise: Effect } {
  const { jobs, ends, children } = parts;
  const awaitEnd: Parameters<typeof platformFunctions>[0]["awaitEnd"] = (
    { facts, command },
    kind,
    subjectId,
  ) => ends.await({ kind, subjectId, runId: facts.id, command: command.id, tenantId: facts.tenantId });
  const effects = new Map<string, Effect>([
    ["http", callHttp],
    ["run:workflow", children.effect],
    ...platformFunctions({ ...parts, awaitEnd }),
  ]);
  const callPackage = async (input: EffectInput): Promise<typeof comesLater> => {
    const { call, arguments: given, command, idempotencyKey } = input;
    const name = command.kind === "run" ? `run: ${command.process}` : command.function;
    const [, ofPackage, ofFunction] = /^([^./:]+)[./](.+)$/.exec(name) ?? [];
    if (command.kind === "run" || ofPackage === undefined) throw notOffered(name);
    const wanted = {
      package: ofPackage,
      function: ofFunction!,
      input: inputOf(given),
      idempotencyKey,
    };
    const { id } = await jobs.submitJob(call, wanted).catch((error: unknown) => {
      if (hasCode(error, "not_found")) throw notOffered(name);
      throw error;
    });
    await awaitEnd(input, "job", id);
    return comesLater;
  };
  return { effects, otherwise: { scope: "jobs:write", run: callPackage } };
}

function inputOf(given: Json): Record<string, unknown> {
  if (given === null) return {};
  if (typeof given === "object" && !Array.isArray(given)) return given;
  throw new EffectError(
    outsideError("validation", 400, "`with` must be an object: it is the function's input"),
  );
}

function notOffered(name: string): EffectError {
  const detail = `nothing here offers ${JSON.stringify(name)}, or you may not use it`;
  return new EffectError(outsideError("configuration", 400, detail));
}
