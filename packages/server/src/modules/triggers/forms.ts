import type { Database } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import { RateLimits } from "../../kit/rate-limits.ts";
import type { Firings } from "./firings.ts";
import {
  breachesOf,
  fieldsOf,
  type Form,
  type FormField,
  formsPerMinuteDefault,
  valuesOf,
} from "./form-model.ts";
import * as store from "./webhook-store.ts";

/** A form as a page shows it: empty, or with what was filled in and what is wrong with it. */
export interface FormPage {
  title: string;
  text: string;
  fields: FormField[];
  given: URLSearchParams;
  problems: string[];
}

/** Forms that anybody may fill in, each time for one run. */
export class Forms {
  readonly #database: Database;
  readonly #firings: Firings;
  readonly #limits = new Map<number, RateLimits>();

  constructor(parts: { database: Database; firings: Firings }) {
    this.#database = parts.database;
    this.#firings = parts.firings;
  }

  /** The empty form. */
  async show(tenantId: string, path: string): Promise<FormPage> {
    const { form } = await this.#find(tenantId, path);
    return pageOf(form, new URLSearchParams(), []);
  }

  /** Takes what was filled in: `sent` once its run is stored, or the page with what is wrong. */
  async send(
    tenantId: string,
    path: string,
    given: URLSearchParams,
  ): Promise<{ sent: string } | { wrong: FormPage }> {
    const { trigger, form } = await this.#find(tenantId, path);
    this.#takeFromLimit(trigger.id, form.perMinute ?? formsPerMinuteDefault);
    const values = valuesOf(form, given);
    const problems = breachesOf(form, values).map(({ pointer, message }) =>
      `${pointer.slice(1)} ${message}`.trim(),
    );
    if (problems.length > 0) return { wrong: pageOf(form, given, problems) };
    const prepared = await this.#firings.prepare({ trigger, cause: "the form", facts: { values } });
    const [fired] = await this.#database.transaction((tx) => this.#firings.fireIn(tx, [prepared]));
    if (fired!.outcome === "failed")
      return { wrong: pageOf(form, given, ["It cannot be taken at present."]) };
    return { sent: form.thanks ?? "It was sent." };
  }

  async #find(tenantId: string, path: string): Promise<{ trigger: store.WebhookTrigger; form: Form }> {
    const [trigger] = await store.listByPath(this.#database, [tenantId], [`form:${path}`]);
    const form = trigger?.settings.form;
    if (trigger === undefined || form === undefined || trigger.paused)
      throw new AppError("not_found", "There is no form at this address");
    return { trigger, form };
  }

  #takeFromLimit(triggerId: string, perMinute: number): void {
    const limits = this.#limits.get(perMinute) ?? new RateLimits(perMinute);
    this.#limits.set(perMinute, limits);
    const { allowed, resetSeconds } = limits.take(triggerId);
    if (allowed) return;
    const message = `It was sent more than ${perMinute} times a minute: wait ${resetSeconds} s`;
    throw new AppError("rate_limited", message, { retryAfterSeconds: resetSeconds });
  }
}

function pageOf(form: Form, given: URLSearchParams, problems: string[]): FormPage {
  return { title: form.title, text: form.text ?? "", fields: fieldsOf(form), given, problems };
}
