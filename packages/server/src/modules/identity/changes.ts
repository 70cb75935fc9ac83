import type { Call } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { violatedConstraint } from "../../kit/database-errors.ts";
import { AppError } from "../../kit/errors.ts";
import type { Wakes } from "../../kit/wakes.ts";
import { eventOf, type Events } from "../events/service.ts";
import * as store from "./authentication-store.ts";
import { absent, epochTopic } from "./model.ts";

/** A fact about a user, role, token or session; never with a secret in it. */
export interface Fact {
  type: string;
  subjectId: string;
  details?: Record<string, unknown>;
}

/** Writes what this module owns, and the facts of it, in one transaction. */
export class Changes {
  readonly #database: Database;
  readonly #events: Events;
  readonly #wakes: Wakes;

  constructor(database: Database, events: Events, wakes: Wakes) {
    this.#database = database;
    this.#events = events;
    this.#wakes = wakes;
  }

  /** Raises the tenant's epoch and, once that is committed, hints it to who holds on to a caller for long. */
  async raiseEpoch(tx: Tx, tenantId: string): Promise<void> {
    tx.afterCommit(() => this.#wakes.signal(epochTopic(tenantId)));
    await store.raiseEpoch(tx, tenantId);
  }

  /**
   * A change of rights. It raises the tenant's epoch first: that is the lock under which such changes go one by one,
   * so what was checked before a write still holds when it is committed.
   */
  async ofRights<T>(call: Call, act: (tx: Tx) => Promise<T>): Promise<T> {
    return this.write(async (tx) => {
      await this.raiseEpoch(tx, call.tenantId);
      return act(tx);
    });
  }

  /** A change that takes nothing away from anybody, so what is cached stays true. */
  async write<T>(act: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.#database.transaction(act);
    } catch (error) {
      throw refusalOf(error);
    }
  }

  /** Appends a fact of which `call` is the actor. */
  async record(tx: Tx, call: Call, fact: Fact): Promise<void> {
    await this.#events.append(tx, [eventOf(call, { topic: "identity", scopeId: "", ...fact })]);
  }
}

/** What the caller did wrong when a constraint refused his change. */
function refusalOf(error: unknown): unknown {
  const taken = (field: string, what: string) =>
    new AppError("already_exists", `${field}: there is a ${what} already`, { field });
  switch (violatedConstraint(error)) {
    case "a_user_name_is_used_once_in_a_tenant":
      return taken("name", "user of this name");
    case "an_email_is_used_once_in_a_tenant":
      return taken("email", "user with this address");
    case "a_role_name_is_used_once_in_a_tenant":
      return taken("name", "role of this name");
    case "a_role_is_not_its_own_member":
      return new AppError("conflict", "A role cannot be its own member");
    case "a_token_has_a_user":
    case "a_session_has_a_user":
    case "a_link_has_a_user":
      return absent("such user");
    default:
      return error;
  }
}
