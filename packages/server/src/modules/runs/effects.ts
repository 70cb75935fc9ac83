import { type Json, type JsonObject, reveal, type WorkflowError } from "@millrace/workflow";
import type { Call } from "../../kit/call.ts";
import { toAppError } from "../../kit/database-errors.ts";
import { AppError } from "../../kit/errors.ts";
import type { Logger } from "../../kit/log.ts";
import { maskOf, type SecretValues } from "../secrets/model.ts";
import { type Asked, EffectError, effectKey, type Ended, outsideError, type RunFacts } from "./model.ts";

/** What a function of the platform is given when a run calls it. */
export interface EffectInput {
  /** Who the run acts for, with the rights he has now. */
  call: Call;
  /** With the values of secrets in it: to be used and not kept. */
  arguments: Json;
  command: Asked;
  facts: RunFacts;
  /** What is done under the same key is done once. */
  idempotencyKey: string;
  /** Aborted when the run wants it no more. */
  signal: AbortSignal;
}

/** Its end comes later, by another way. */
export const comesLater = Symbol("comes later");

/** Carries out a command: answers its output, or throws what its task raises. */
export interface Effect {
  /** What a token that is limited must be allowed; nothing for what is not of this platform. */
  scope?: string;
  run: (input: EffectInput) => Promise<Json | typeof comesLater>;
}

export interface EffectsParts {
  log: Logger;
  /** Who a run acts for, as of now; undefined where he is gone. */
  actAs: (facts: RunFacts) => Promise<Call | undefined>;
  /** Functions by name; processes as `run:script`, `run:workflow` and so on. */
  effects: ReadonlyMap<string, Effect>;
  /** What is called by a name that is none of the platform's own. */
  otherwise: Effect;
  /** The values of the secrets that the run's definition lists. */
  secrets: (call: Call, facts: RunFacts) => Promise<SecretValues>;
  ended: (runId: string, ended: Ended) => Promise<void>;
  now: () => number;
}

/** Effects under way on this node at once, and of one tenant. */
const atOnceMax = 512;
const retryMs = 200;
const retryMsMax = 5_000;

/** What a command was given beside its arguments. */
interface Given {
  secrets: SecretValues;
}

interface Waiting {
  facts: RunFacts;
  command: Asked;
}

/** Carries out what runs ask for, tenant by tenant in turn, and tells them how it ended. */
export class Effects {
  readonly #parts: EffectsParts;
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #underWay = new Map<string, AbortController>();
  readonly #idle: (() => void)[] = [];
  #isClosed = false;

  constructor(parts: EffectsParts) {
    this.#parts = parts;
  }

  /** Has it carried out as soon as there is room; its end is told to the run. */
  ask(facts: RunFacts, command: Asked): void {
    const { tenantId } = facts;
    const queue = this.#waiting.get(tenantId);
    if (queue === undefined) this.#waiting.set(tenantId, [{ facts, command }]);
    else queue.push({ facts, command });
    this.#pump();
  }

  /** The run does not want it any more. */
  cancel(runId: string, command: number): void {
    this.#underWay.get(effectKey(runId, command))?.abort();
  }

  /** Begins nothing more, and waits until what is under way has ended or the time is over. */
  async close(patienceMs: number): Promise<void> {
    this.#isClosed = true;
    this.#waiting.clear();
    if (this.#underWay.size === 0) return;
    const timer = setTimeout(() => this.#underWay.forEach((each) => each.abort()), patienceMs);
    await new Promise<void>((resolve) => this.#idle.push(resolve));
    clearTimeout(timer);
  }

  #pump(): void {
    while (!this.#isClosed && this.#underWay.size < atOnceMax) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      const [tenantId, queue] = next;
      const { facts, command } = queue.shift()!;
      // To the end of the row: each tenant has its turn.
      this.#waiting.delete(tenantId);
      if (queue.length > 0) this.#waiting.set(tenantId, queue);
      void this.#carryOut(facts, command);
    }
  }

  async #carryOut(facts: RunFacts, command: Asked): Promise<void> {
    const key = effectKey(facts.id, command.id);
    if (this.#underWay.has(key)) return;
    const controller = new AbortController();
    this.#underWay.set(key, controller);
    try {
      const ended = await this.#run(facts, command, controller.signal);
      if (ended !== undefined && !controller.signal.aborted) await this.#tell(facts.id, ended);
    } finally {
      this.#underWay.delete(key);
      this.#pump();
      if (this.#underWay.size === 0) for (const tell of this.#idle.splice(0)) tell();
    }
  }

  /** How it ended, without the secrets that it was given: what is told to a run is recorded. */
  async #run(facts: RunFacts, command: Asked, signal: AbortSignal): Promise<Ended | undefined> {
    const given: Given = { secrets: {} };
    const hide = <T>(value: T) =>
      command.sealed === undefined ? value : (maskOf(given.secrets).hideIn(value) as T);
    for (let pauseMs = retryMs; ; pauseMs = Math.min(2 * pauseMs, retryMsMax)) {
      try {
        const output = await this.#perform(facts, command, { signal, given });
        return output === comesLater
          ? undefined
          : { kind: "completed", command: command.id, output: hide(output) };
      } catch (thrown) {
        if (!isOfTheHouse(thrown)) {
          const error = hide(this.#errorOf(thrown, facts, command));
          return { kind: "failed", command: command.id, error };
        }
        // The run has done nothing wrong: it goes on when the house does. What a node leaves undone another one does.
        if (this.#isClosed || signal.aborted) return undefined;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  async #perform(
    facts: RunFacts,
    command: Asked,
    { signal, given }: { signal: AbortSignal; given: Given },
  ): Promise<Json | typeof comesLater> {
    const { actAs, effects, otherwise, now } = this.#parts;
    const actor = await actAs(facts);
    if (actor === undefined) {
      throw new AppError("forbidden", `${facts.runAs}, for whom this run acts, may do nothing any more`);
    }
    const scopes = facts.runAsScopes ?? undefined;
    const call = { ...actor, scopes, signal };
    if (command.sealed !== undefined) given.secrets = await this.#parts.secrets(call, facts);
    const revealed = reveal(command, { secrets: given.secrets as JsonObject }, now());
    const name = command.kind === "run" ? `run:${command.process}` : command.function;
    const { scope, run } = effects.get(name) ?? otherwise;
    if (scope !== undefined && scopes?.includes(scope) === false) {
      throw new AppError("forbidden", `The token that this run was started with lacks the scope ${scope}`);
    }
    const idempotencyKey = command.idempotencyKey ?? effectKey(facts.id, command.id);
    return run({ call, arguments: revealed, command, facts, idempotencyKey, signal });
  }

  #errorOf(thrown: unknown, facts: RunFacts, { id, task }: Asked): WorkflowError {
    if (thrown instanceof EffectError) return thrown.error;
    const error = toAppError(thrown);
    if (error instanceof AppError) return outsideError(nameOf(error), error.status, error.message);
    // What an expression raises where it reads secrets.
    if (isRaised(thrown)) return thrown.error;
    this.#parts.log.error({ err: thrown, run: facts.id, command: id, task }, "what a run asked for broke");
    return outsideError("runtime", 500, "Something broke on our side; it was logged under the run's id");
  }

  /** The end of an effect must reach its run: it is said again until it is written down. */
  async #tell(runId: string, ended: Ended): Promise<void> {
    for (let pauseMs = retryMs; ; pauseMs = Math.min(2 * pauseMs, retryMsMax)) {
      try {
        return await this.#parts.ended(runId, ended);
      } catch (error) {
        if (this.#isClosed) return;
        this.#parts.log.warn({ err: error, run: runId }, "a run could not be told an end; it is said again");
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }
}

/** The database or a broker is away, or there is too much to do. What lies outside of the house fails otherwise. */
function isOfTheHouse(thrown: unknown): boolean {
  const error = toAppError(thrown);
  return error instanceof AppError && (error.code === "unavailable" || error.code === "overloaded");
}

function isRaised(thrown: unknown): thrown is { error: WorkflowError } {
  const error = thrown instanceof Error && "error" in thrown ? thrown.error : undefined;
  return typeof error === "object" && error !== null && "type" in error && "status" in error;
}

function nameOf({ code }: AppError): Parameters<typeof outsideError>[0] {
  if (code === "forbidden" || code === "unauthenticated") return "authorization";
  if (code === "timed_out") return "timeout";
  if (code === "invalid_input" || code === "too_large") return "validation";
  if (code === "unavailable" || code === "overloaded") return "communication";
  return "runtime";
}
