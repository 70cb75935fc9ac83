import type { Json, JsonObject } from "@millrace/jq";
import type { Call } from "../../kit/call.ts";
import { Coalescer } from "../../kit/coalescer.ts";
import type { Database } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import { RateLimits } from "../../kit/rate-limits.ts";
import type { SecretValues } from "../secrets/model.ts";
import { type ActAs, actorOf } from "./actor.ts";
import type { Fired, Firings, PreparedFiring } from "./firings.ts";
import { readBody } from "./hook-body.ts";
import type { RunStarter } from "./run-starter.ts";
import { secretHeaders, type Signature, verify } from "./signature-model.ts";
import { checkWebhook, type HookAnswer, type HookCall, perMinuteOf, type Webhook } from "./webhook-model.ts";
import * as store from "./webhook-store.ts";

const looksPerReadMax = 500;
const firingsPerWriteMax = 200;
const bytesPerWriteMax = 8 * 1024 * 1024;
const waitingMax = 10_000;
const waitMsDefault = 10_000;
/** Refused calls of one trigger that are listed, so that others cannot push its own out of the list. */
const refusalsPerMinute = 6;

interface Found {
  trigger: store.WebhookTrigger;
  webhook: Webhook;
}

export interface WebhooksParts {
  database: Database;
  firings: Firings;
  runs: RunStarter;
  actAs: ActAs;
  useSecrets: (call: Call, names: readonly string[]) => Promise<SecretValues>;
}

/** Webhooks: calls from outside that start runs. Calls that come together share their reads and their commit. */
export class Webhooks {
  readonly #parts: WebhooksParts;
  readonly #looks: Coalescer<Pick<HookCall, "tenantId" | "path">, Found | null>;
  readonly #writes: Coalescer<PreparedFiring, Fired>;
  /** By how many calls a minute. */
  readonly #limits = new Map<number, RateLimits>();
  readonly #refusals = new RateLimits(refusalsPerMinute);

  constructor(parts: WebhooksParts) {
    this.#parts = parts;
    const { database, firings } = parts;
    this.#looks = new Coalescer({
      name: "finding webhooks",
      write: (members) => find(database, members),
      batchMax: looksPerReadMax,
      waitingMax,
    });
    const lane = database.lane("fire-webhooks");
    this.#writes = new Coalescer({
      name: "webhooks",
      write: (members) => lane.transaction((tx) => firings.fireIn(tx, members)),
      batchMax: firingsPerWriteMax,
      waitingMax,
      weigh: { weight: ({ bytes = 0 }) => bytes, max: bytesPerWriteMax },
    });
  }

  /** Refuses what a schema cannot say, and a secret that the caller may not use. */
  async check(call: Call, webhook: Webhook): Promise<void> {
    checkWebhook(webhook);
    if (webhook.signature !== undefined) await this.#parts.useSecrets(call, [webhook.signature.secret]);
  }

  /** Takes a call: its answer says that the run is stored, or, where the trigger wants that, what came of it. */
  async receive(call: HookCall): Promise<HookAnswer> {
    const found = await this.#looks.submit({ tenantId: call.tenantId, path: call.path });
    if (found === null || !takes(found.webhook, call.method)) throw nothingThere();
    const { trigger, webhook } = found;
    this.#takeFromLimit(trigger.id, webhook);
    if (trigger.paused) return notNow({ outcome: "skipped" });
    const actor = await actorOf(this.#parts.actAs, trigger, newId());
    const verified = await this.#verify(found, call, actor);
    if ("status" in verified) return verified;
    const facts = await factsOf(found, call);
    const challenge = challengeOf(webhook, facts);
    if (challenge !== undefined) return { status: 200, body: { challenge } };
    const cause = `${call.method} from ${call.address}`;
    const firing = { trigger, cause, facts, bytes: call.body.length, ...verified };
    const fired = await this.#writes.submit(await this.#parts.firings.prepare(firing));
    return this.#answer(found, fired, actor);
  }

  async drained(): Promise<void> {
    await this.#writes.drained();
  }

  async #answer({ webhook }: Found, fired: Fired, actor: Call | undefined): Promise<HookAnswer> {
    const { outcome, runId, id: firingId } = fired;
    // The reason is for those who may read the trigger.
    if (outcome === "failed") return notNow({ outcome, firingId });
    if (runId === null || actor === undefined) return { status: 200, body: { outcome } };
    if (webhook.respond !== "end") return { status: 202, body: { outcome, runId } };
    const { waitMs = waitMsDefault } = webhook;
    const end = await this.#parts.runs.waitForRun(actor, runId, waitMs);
    if (end.state === "completed") return { status: 200, body: end.output ?? null };
    const isOver = end.state === "faulted" || end.state === "cancelled";
    return { status: isOver ? 500 : 202, body: { outcome, runId, state: end.state } };
  }

  #takeFromLimit(triggerId: string, webhook: Webhook): void {
    const perMinute = perMinuteOf(webhook);
    const limits = this.#limits.get(perMinute) ?? new RateLimits(perMinute);
    this.#limits.set(perMinute, limits);
    const { allowed, resetSeconds } = limits.take(triggerId);
    if (allowed) return;
    const message = `More than ${perMinute} calls a minute: wait ${resetSeconds} s`;
    throw new AppError("rate_limited", message, { retryAfterSeconds: resetSeconds });
  }

  /** Refuses who does not have the key; answers what a repetition of the call has as well. */
  async #verify(
    found: Found,
    call: HookCall,
    actor: Call | undefined,
  ): Promise<HookAnswer | { once?: string }> {
    const { signature, onceHeader } = found.webhook;
    if (signature === undefined) return {};
    const key = await this.#keyOf(found, signature, actor, call);
    if (key === undefined) return notNow({ outcome: "failed" });
    const verdict = verify(signature, key, {
      headers: call.headers,
      body: call.body,
      now: found.trigger.now,
    });
    if (verdict.good) {
      const named = onceHeader === undefined ? undefined : call.headers[onceHeader.toLowerCase()];
      const once = named ?? verdict.once;
      return once === undefined ? {} : { once };
    }
    await this.#refused(found, call, `refused: ${verdict.reason}`);
    throw new AppError("unauthenticated", "The signature is missing, wrong or too old");
  }

  /** The key as it is now, by the rights of now; undefined where there is none. */
  async #keyOf(
    found: Found,
    { secret }: Signature,
    actor: Call | undefined,
    call: HookCall,
  ): Promise<string | undefined> {
    let reason = "who made it or changed it last is gone or disabled";
    try {
      const key = actor && (await this.#parts.useSecrets(actor, [secret]))[secret];
      if (typeof key === "string" && key !== "") return key;
      if (actor !== undefined) reason = `secret ${secret} must hold a text that is not empty`;
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error;
      reason = error.message;
    }
    await this.#refused(found, call, `the signature cannot be checked: ${reason}`);
    return undefined;
  }

  async #refused({ trigger }: Found, { method, address }: HookCall, reason: string): Promise<void> {
    if (!this.#refusals.take(trigger.id).allowed) return;
    const { database, firings } = this.#parts;
    await database.transaction((tx) => firings.skipIn(tx, trigger, `${method} from ${address}`, reason));
  }
}

async function find(
  database: Database,
  members: readonly Pick<HookCall, "tenantId" | "path">[],
): Promise<(Found | null)[]> {
  const tenantIds = members.map(({ tenantId }) => tenantId);
  const paths = members.map(({ path }) => path);
  const rows = await store.listByPath(database, tenantIds, paths);
  const byAddress = new Map(rows.map((row) => [`${row.tenantId}/${row.path}`, row]));
  return members.map(({ tenantId, path }) => {
    const trigger = byAddress.get(`${tenantId}/${path}`);
    const webhook = trigger?.settings.webhook;
    return trigger === undefined || webhook === undefined ? null : { trigger, webhook };
  });
}

/** It may come again: the sender is told no more. */
function notNow(body: object): HookAnswer {
  return { status: 503, body, retryAfterSeconds: 60 };
}

function takes({ methods }: Webhook, method: string): boolean {
  return methods === undefined || methods.some((each) => each === method);
}

/** The same for what is not there and for what does not take this method. */
function nothingThere(): AppError {
  return new AppError("not_found", "There is no webhook at this address, or not for this method");
}

/** What the run is told of the call; what shows who the sender is stays out. */
async function factsOf({ trigger, webhook }: Found, call: HookCall): Promise<JsonObject> {
  const { method, path, query, headers, body } = call;
  const hidden = secretHeaders(webhook.signature);
  const shown = Object.entries(headers).filter(([name]) => !hidden.includes(name));
  const read = await readBody(body, headers["content-type"] ?? "", webhook.raw === true);
  const { body: content, files, raw } = read;
  return {
    trigger: trigger.name,
    method,
    path,
    query: query as Json,
    headers: Object.fromEntries(shown),
    body: content,
    ...(files === undefined ? {} : { files }),
    ...(raw === undefined ? {} : { raw }),
  };
}

/** Slack asks once whether somebody is there. */
function challengeOf({ signature }: Webhook, { body }: JsonObject): string | undefined {
  if (signature?.by !== "slack" || typeof body !== "object" || body === null || Array.isArray(body)) return;
  const { type, challenge } = body;
  return type === "url_verification" && typeof challenge === "string" ? challenge : undefined;
}
