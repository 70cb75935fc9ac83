import type { Json } from "@millrace/jq";
import type { Call } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { violatedConstraint } from "../../kit/database-errors.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { isId, newId } from "../../kit/ids.ts";
import type { Right } from "../../kit/route.ts";
import { absent, aclOfMaker, requireRight } from "../access/model.ts";
import { eventOf, type Events } from "../events/service.ts";
import type { Files } from "../files/service.ts";
import { Consuming, type ConsumingParts } from "./consuming.ts";
import { type Fired, Firings } from "./firings.ts";
import { checkForm } from "./form-model.ts";
import { Forms } from "./forms.ts";
import { checkExpression } from "./input-expression.ts";
import {
  type Kind,
  kinds,
  type NewTrigger,
  type Settings,
  type Trigger,
  type TriggerChanges,
  triggerNamePattern,
  type TriggerView,
  viewOf,
} from "./model.ts";
import { Listening, type ListeningParts } from "./listening.ts";
import { mayLearnOf } from "./may-learn.ts";
import { Schedules } from "./schedules.ts";
import { Signals } from "./signals.ts";
import { Webhooks, type WebhooksParts } from "./webhooks.ts";
import * as store from "./store.ts";

const triggersPerTenantMax = 10_000;
const pageMax = 500;
const namePattern = new RegExp(triggerNamePattern);

export interface TriggersParts
  extends Omit<WebhooksParts, "firings">, Omit<ListeningParts, "firings" | "mayLearn"> {
  files: Files;
  messages: ConsumingParts["messages"];
}

/** Triggers: what should start what. */
export class Triggers {
  readonly firings: Firings;
  readonly schedules: Schedules;
  readonly webhooks: Webhooks;
  readonly listening: Listening;
  readonly consuming: Consuming;
  readonly signals: Signals;
  readonly forms: Forms;
  readonly #database: Database;
  readonly #events: Events;
  readonly #workflows: ListeningParts["workflows"];

  constructor(parts: TriggersParts) {
    this.#database = parts.database;
    this.#events = parts.events;
    this.#workflows = parts.workflows;
    this.firings = new Firings(parts);
    this.schedules = new Schedules(parts.database, this.firings);
    this.webhooks = new Webhooks({ ...parts, firings: this.firings });
    this.forms = new Forms({ ...parts, firings: this.firings });
    this.signals = new Signals(parts);
    this.consuming = new Consuming({ ...parts, firings: this.firings });
    this.listening = new Listening({ ...parts, firings: this.firings, mayLearn: mayLearnOf(parts) });
  }

  /** Makes a trigger of the kind whose settings are given; it acts with its maker's rights of each moment. */
  async createTrigger(call: Call, wanted: NewTrigger): Promise<TriggerView> {
    const { name, workflow, description = "", input = null, acl = aclOfMaker(call), paused = false } = wanted;
    if (!namePattern.test(name)) {
      throw invalid("name", "must be 1 to 100 letters, digits, dots, dashes and underscores");
    }
    if (isId(name)) throw invalid("name", "looks like an id: 24 hex digits are no name");
    const { kind, settings } = settingsIn(wanted);
    const place = await this.#check(call, { kind, settings, workflow, input });
    const { tenantId, userId } = call;
    const runAsScopes = scopesOf(call);
    const named = { id: newId(), tenantId, name, description, acl };
    const described = { ...named, ...place, kind, settings, workflow, input, paused };
    const details = { name, kind, workflow, input, ...settings };
    const position = await this.listening.now();
    await this.#write(call, "trigger.created", described, details, async (tx) => {
      const nextTickAt = await this.schedules.plan(tx, described);
      const made = { ...described, nextTickAt, runAsId: userId, runAsScopes, createdById: userId };
      if (!(await store.insert(tx, made, triggersPerTenantMax))) throw tooMany();
      if (!paused) await this.listening.begin(tx, described, position);
    });
    return this.#written(call, described.id);
  }

  /**
   * Changes some of a trigger, which from then on acts with the rights of whoever changed it. With `version`, only if
   * nobody changed it since.
   */
  async updateTrigger(
    call: Call,
    ref: string,
    changes: TriggerChanges,
    version?: number,
  ): Promise<TriggerView> {
    const trigger = await this.require(call, ref, "update");
    const { schedule: _s, webhook: _w, event: _e, document: _d, message: _m, form: _f, ...rest } = changes;
    const given = kinds.filter((kind) => changes[kind] !== undefined);
    const foreign = given.find((kind) => kind !== trigger.kind);
    if (foreign !== undefined) throw invalid(foreign, `is not for a trigger of the kind ${trigger.kind}`);
    const settings = given.length === 0 ? trigger.settings : settingsIn(changes).settings;
    const next = { ...trigger, ...rest, settings, runAsId: call.userId, runAsScopes: scopesOf(call) };
    const changed = { ...next, ...(await this.#check(call, next)) };
    await this.#replace(call, "trigger.updated", trigger, { changed, version, details: changes });
    return this.#written(call, trigger.id);
  }

  /** While a trigger is paused nothing fires it but a hand; what happens meanwhile is not made up for. */
  async pauseTrigger(call: Call, ref: string): Promise<TriggerView> {
    return this.#setPaused(call, ref, true);
  }

  async resumeTrigger(call: Call, ref: string): Promise<TriggerView> {
    return this.#setPaused(call, ref, false);
  }

  /** Deletes a trigger with the list of its firings; its runs stay. */
  async deleteTrigger(call: Call, ref: string): Promise<void> {
    const trigger = await this.require(call, ref, "delete");
    await this.#write(call, "trigger.deleted", trigger, { name: trigger.name }, async (tx) => {
      if (!(await store.remove(tx, call.tenantId, trigger.id))) throw absent(nameOf(ref));
    });
  }

  async getTrigger(call: Call, ref: string): Promise<TriggerView> {
    return viewOf(await this.require(call, ref, "read"));
  }

  /** The triggers that the caller may read, by name; `cursor` is the last name of the page before. */
  async listTriggers(
    call: Call,
    cursor = "",
    limit = 100,
  ): Promise<{ items: TriggerView[]; nextCursor?: string }> {
    const size = Math.min(limit, pageMax);
    const rows = await store.listReadable(this.#database.read(call), call, cursor, size + 1);
    const items = rows.slice(0, size).map(viewOf);
    return rows.length > size ? { items, nextCursor: items.at(-1)!.name } : { items };
  }

  /** Fires a trigger by hand, paused or not, with the rights that it always acts with. */
  async fireTrigger(call: Call, ref: string, facts: unknown = {}): Promise<Fired> {
    const trigger = await this.require(call, ref, "invoke");
    const prepared = await this.firings.prepare({ trigger, cause: "by hand", facts: facts as Json });
    return this.#database.transaction(async (tx) => (await this.firings.fireIn(tx, [prepared]))[0]!);
  }

  /** What became of a trigger's last firings, the latest first. */
  async listFirings(call: Call, ref: string, page: { cursor?: string; limit?: number } = {}) {
    const { id } = await this.require(call, ref, "read");
    return this.firings.list(call, id, page.cursor, page.limit);
  }

  /** Starts the runs of a schedule's ticks from `from` to before `to`; those that there were are not started again. */
  async backfillTrigger(call: Call, ref: string, range: { from: string; to: string }) {
    return this.schedules.backfill(await this.require(call, ref, "invoke"), range);
  }

  /** Waits for what is being written; messages that are not taken go back to their queues. */
  async close(): Promise<void> {
    await Promise.all([this.webhooks.drained(), this.consuming.close()]);
  }

  /** The trigger called or numbered `ref`, if the caller has the right; as absent if he may not even read it. */
  async require(call: Call, ref: string, right: Right): Promise<Trigger> {
    const by = isId(ref) ? { id: ref } : { name: ref };
    const trigger = await store.find(this.#database.read(call), call.tenantId, by);
    if (trigger === undefined) throw absent(nameOf(ref));
    requireRight(trigger.acl, call, right, nameOf(ref));
    return trigger;
  }

  async #check(
    call: Call,
    { kind, settings, workflow, input }: Pick<Trigger, "kind" | "settings" | "workflow" | "input">,
  ): Promise<Pick<Trigger, "topic" | "scopeId">> {
    if (kind === "schedule") this.schedules.check(settings);
    if (settings.webhook !== undefined) await this.webhooks.check(call, settings.webhook);
    if (settings.message !== undefined) await this.consuming.check(call, settings.message);
    if (settings.form !== undefined) checkForm(settings.form);
    if (input !== null) checkExpression(input, "input");
    await this.#workflows.require(call, workflow, "invoke");
    return this.listening.placeOf(call, { settings, workflow });
  }

  async #setPaused(call: Call, ref: string, paused: boolean): Promise<TriggerView> {
    const trigger = await this.require(call, ref, "update");
    if (trigger.paused !== paused) {
      const type = paused ? "trigger.paused" : "trigger.resumed";
      await this.#replace(call, type, trigger, { changed: { ...trigger, paused }, details: {} });
    }
    return this.#written(call, trigger.id);
  }

  async #replace(
    call: Call,
    type: string,
    trigger: Trigger,
    change: { changed: Trigger; version?: number | undefined; details: object },
  ): Promise<void> {
    const { changed, version = trigger.version, details } = change;
    const facts = { name: trigger.name, version: version + 1, ...details };
    const isResumed = trigger.paused && !changed.paused;
    const isReplanned = isResumed || changed.settings !== trigger.settings;
    const position = await this.listening.now();
    await this.#write(call, type, trigger, facts, async (tx) => {
      const nextTickAt = await this.schedules.plan(tx, changed);
      if (!(await store.update(tx, { ...changed, nextTickAt }, { version, isReplanned }))) {
        const message = `Trigger ${trigger.name} was changed in the meantime: read it again`;
        throw new AppError("version_mismatch", message);
      }
      const isBegun = isResumed || changed.topic !== trigger.topic;
      if (isBegun && !changed.paused) await this.listening.begin(tx, changed, position);
    });
  }

  async #written(call: Call, id: string): Promise<TriggerView> {
    const trigger = await store.find(this.#database.read(call), call.tenantId, { id });
    if (trigger === undefined) throw absent(nameOf(id));
    return viewOf(trigger);
  }

  async #write(
    call: Call,
    type: string,
    { id: subjectId, name }: { id: string; name: string },
    details: Record<string, unknown>,
    act: (tx: Tx) => Promise<void>,
  ): Promise<void> {
    try {
      await this.#database.transaction(async (tx) => {
        await act(tx);
        const event = { topic: "triggers", type, subjectId, scopeId: "", details } as const;
        await this.#events.append(tx, [eventOf(call, event)]);
      });
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === "a_path_leads_to_one_trigger") {
        throw new AppError("already_exists", "path: another trigger has this address", { field: "path" });
      }
      if (constraint !== "a_trigger_name_is_used_once_in_a_tenant") throw error;
      throw new AppError("already_exists", `name: there is a trigger ${name} already`, { field: "name" });
    }
  }
}

/** The one kind whose settings are given. */
function settingsIn(given: Settings): { kind: Kind; settings: Settings } {
  const [kind, ...others] = kinds.filter((each) => given[each] !== undefined);
  if (kind === undefined) throw invalid(kinds[0], `say what fires it: one of ${kinds.join(", ")}`);
  if (others.length > 0) throw invalid(others[0]!, `a trigger has one kind, and this one has ${kind}`);
  return { kind, settings: { [kind]: given[kind] } };
}

function tooMany(): AppError {
  const message = `A tenant has at most ${triggersPerTenantMax} triggers: delete some first`;
  return new AppError("conflict", message);
}

function nameOf(ref: string): string {
  return `trigger ${JSON.stringify(ref)}`;
}

function scopesOf({ scopes }: Call): string[] | null {
  return scopes === undefined ? null : [...scopes];
}
