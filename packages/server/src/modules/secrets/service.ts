import type { Call } from "../../kit/call.ts";
import { Coalescer } from "../../kit/coalescer.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { violatedConstraint } from "../../kit/database-errors.ts";
import type { Encryption } from "../../kit/encryption.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { isId, newId } from "../../kit/ids.ts";
import { refuseUnstorableValue } from "../../kit/json-text.ts";
import type { Right } from "../../kit/route.ts";
import { absent, aclOfMaker, allows, refusalOf, requireRight } from "../access/model.ts";
import { eventOf, type Events } from "../events/service.ts";
import {
  type NewSecret,
  type SecretChanges,
  secretNamePattern,
  type SecretValues,
  type SecretView,
  valueBytesMax,
} from "./model.ts";
import * as store from "./store.ts";

const secretsPerTenantMax = 10_000;
const pageMax = 500;
/** Of one use, and of all that share a read. */
const namesMax = 100;
const namesPerReadMax = 500;
const usesWaitingMax = 100_000;
const namePattern = new RegExp(secretNamePattern);

/** What one use asks for. */
interface Use {
  tenantId: string;
  names: readonly string[];
}

/** Secrets: values that are kept sealed, used by those with the right of use, and shown to nobody. */
export class Secrets {
  readonly #database: Database;
  readonly #events: Events;
  readonly #encryption: Encryption;
  readonly #uses: Coalescer<Use, Map<string, store.SealedSecret>>;

  constructor(parts: { database: Database; events: Events; encryption: Encryption }) {
    this.#database = parts.database;
    this.#events = parts.events;
    this.#encryption = parts.encryption;
    this.#uses = new Coalescer({
      name: "using secrets",
      write: (members) => this.#readSealed(members),
      batchMax: namesPerReadMax,
      waitingMax: usesWaitingMax,
      weigh: { weight: ({ names }) => names.length, max: namesPerReadMax },
    });
  }

  /** Makes a secret; the name must be free. Without `acl` its maker alone may use it. */
  async createSecret(call: Call, wanted: NewSecret): Promise<SecretView> {
    const { name, value, description = "", acl = aclOfMaker(call) } = wanted;
    if (!namePattern.test(name)) {
      throw invalid("name", "must begin with a letter and have at most 100 letters, digits, _ . and -");
    }
    if (isId(name)) throw invalid("name", "looks like an id: 24 hex digits are no name");
    const { tenantId, userId: createdById } = call;
    const id = newId();
    const sealed = this.#seal(value, { tenantId, id, valueVersion: 0 });
    const made = { id, tenantId, name, description, acl, sealed, createdById };
    await this.#write(call, "secret.created", { id, name, version: 0, description, acl }, async (tx) => {
      if (await store.insert(tx, made, secretsPerTenantMax)) return;
      throw new AppError(
        "conflict",
        `A tenant has at most ${secretsPerTenantMax} secrets: delete some first`,
      );
    });
    return this.#written(call, id);
  }

  /** Puts another value in the place of the present one. With `version`, only if nobody changed the secret since. */
  async setSecretValue(call: Call, ref: string, value: unknown, version?: number): Promise<SecretView> {
    const secret = await this.#require(call, ref, "update");
    const { tenantId } = call;
    const { id, name } = secret;
    // Checked before anything is locked.
    const text = textOf(value);
    const expected = version ?? secret.version;
    const facts = { id, name, version: expected + 1, changed: ["value"] };
    await this.#write(call, "secret.changed", facts, async (tx) => {
      const last = await store.lock(tx, tenantId, id, expected);
      if (last === undefined) throw changedSince(name);
      const place = { tenantId, id, valueVersion: last + 1 };
      const sealed = this.#encryption.seal(text, contextOf(place));
      await store.replaceValue(tx, tenantId, { ...place, sealed });
    });
    return this.#written(call, id);
  }

  /** Changes the description or the ACL. With `version`, only if nobody changed the secret since. */
  async updateSecret(call: Call, ref: string, changes: SecretChanges, version?: number): Promise<SecretView> {
    const secret = await this.#require(call, ref, "update");
    const { id, name } = secret;
    const expected = version ?? secret.version;
    const facts = { id, name, version: expected + 1, changed: Object.keys(changes), ...changes };
    await this.#write(call, "secret.changed", facts, async (tx) => {
      const changed = { ...secret, ...changes };
      if (!(await store.update(tx, call.tenantId, changed, expected))) throw changedSince(name);
    });
    return this.#written(call, id);
  }

  /** Deletes a secret for good. With `version`, only if nobody changed it since. */
  async deleteSecret(call: Call, ref: string, version?: number): Promise<void> {
    const { id, name } = await this.#require(call, ref, "delete");
    await this.#write(call, "secret.deleted", { id, name }, async (tx) => {
      if (await store.remove(tx, call.tenantId, id, version ?? null)) return;
      throw version === undefined ? absent(nameOf(ref)) : changedSince(name);
    });
  }

  /** What is known of a secret, without its value. */
  async getSecret(call: Call, ref: string): Promise<SecretView> {
    return this.#require(call, ref, "read");
  }

  /** The secrets that the caller may read, by name; `cursor` is the last name of the page before. */
  async listSecrets(
    call: Call,
    cursor = "",
    limit = 100,
  ): Promise<{ items: SecretView[]; nextCursor?: string }> {
    const size = Math.min(limit, pageMax);
    const rows = await store.listReadable(this.#database.read(call), call, cursor, size + 1);
    const items = rows.slice(0, size);
    return rows.length > size ? { items, nextCursor: items.at(-1)!.name } : { items };
  }

  /** The names of the secrets that the caller may use. */
  async listUsableNames(call: Call): Promise<string[]> {
    const rows = await store.listRights(this.#database.read(call), call.tenantId, secretsPerTenantMax);
    return rows.filter(({ acl }) => allows(acl, call, "invoke")).map(({ name }) => name);
  }

  /**
   * The values of these secrets as they are now, for whoever may use every one of them. Uses that come together share
   * one read. What it answers belongs into no row, event, log or answer: see `maskOf`.
   */
  async use(call: Call, names: readonly string[]): Promise<SecretValues> {
    if (names.length === 0) return {};
    if (names.length > namesMax) throw invalid("secrets", `at most ${namesMax} at a time`);
    const { tenantId } = call;
    const found = await this.#uses.submit({ tenantId, names });
    const values = names.map((name): [string, unknown] => {
      const secret = found.get(name);
      if (secret === undefined) throw absent(nameOf(name));
      const refusal = refusalOf(secret.acl, call, "invoke", nameOf(name));
      if (refusal !== undefined) throw refusal;
      return [name, JSON.parse(this.#encryption.open(secret.sealed, contextOf(secret)))];
    });
    return Object.fromEntries(values);
  }

  /** Seals up to `limit` values anew that lie under a former root key; answers how many. Nothing else changes. */
  async reseal(limit: number): Promise<number> {
    return this.#database.transaction(async (tx) => {
      const rows = await store.lockSealedByOthers(tx, this.#encryption.keyId, limit);
      for (const row of rows) {
        const plain = this.#encryption.open(row.sealed, contextOf(row));
        await store.reseal(tx, { ...row, sealed: this.#encryption.seal(plain, contextOf(row)) });
      }
      return rows.length;
    });
  }

  async #readSealed(members: readonly Use[]): Promise<Map<string, store.SealedSecret>[]> {
    const pairs = members.flatMap(({ tenantId, names }) => names.map((name) => ({ tenantId, name })));
    const tenantIds = pairs.map(({ tenantId }) => tenantId);
    const wanted = pairs.map(({ name }) => name);
    const rows = await store.listSealed(this.#database, tenantIds, wanted);
    const byTenant = grouped(rows);
    return members.map(({ tenantId }) => byTenant.get(tenantId) ?? new Map<string, store.SealedSecret>());
  }

  /** The secret called or numbered `ref`, if the caller has the right; as absent if he may not even read it. */
  async #require(call: Call, ref: string, right: Right): Promise<SecretView> {
    const by = isId(ref) ? { id: ref } : { name: ref };
    const secret = await store.find(this.#database.read(call), call.tenantId, by);
    if (secret === undefined) throw absent(nameOf(ref));
    requireRight(secret.acl, call, right, nameOf(ref));
    return secret;
  }

  async #written(call: Call, id: string): Promise<SecretView> {
    const secret = await store.find(this.#database.read(call), call.tenantId, { id });
    if (secret === undefined) throw absent(nameOf(id));
    return secret;
  }

  #seal(value: unknown, place: Place): string {
    return this.#encryption.seal(textOf(value), contextOf(place));
  }

  async #write(
    call: Call,
    type: string,
    { id, ...details }: { id: string; name: string } & Record<string, unknown>,
    act: (tx: Tx) => Promise<void>,
  ): Promise<void> {
    try {
      await this.#database.transaction(async (tx) => {
        await act(tx);
        const event = { topic: "secrets", type, subjectId: id, scopeId: "", details } as const;
        await this.#events.append(tx, [eventOf(call, event)]);
      });
    } catch (error) {
      if (violatedConstraint(error) !== "a_secret_name_is_used_once_in_a_tenant") throw error;
      const message = `name: there is a secret ${details.name} already: set its value instead`;
      throw new AppError("already_exists", message, { field: "name" });
    }
  }
}

interface Place {
  tenantId: string;
  id: string;
  valueVersion: number;
}

/** A value opens in its own secret only, and under its own number: an older one that was put back does not. */
function contextOf({ tenantId, id, valueVersion }: Place): string {
  return [tenantId, "secrets", id, valueVersion].join("|");
}

function grouped(rows: readonly store.SealedSecret[]): Map<string, Map<string, store.SealedSecret>> {
  const byTenant = new Map<string, Map<string, store.SealedSecret>>();
  for (const row of rows) {
    const byName = byTenant.get(row.tenantId) ?? new Map<string, store.SealedSecret>();
    byTenant.set(row.tenantId, byName.set(row.name, row));
  }
  return byTenant;
}

/** The value as text; what is refused is named by its place alone. */
function textOf(value: unknown): string {
  const refusal =
    value === undefined ? invalid("value", "is missing") : refuseUnstorableValue(value, { field: "value" });
  if (refusal !== undefined) throw refusal;
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) <= valueBytesMax) return text;
  throw new AppError("too_large", `value: larger than ${valueBytesMax} bytes of JSON`, { field: "value" });
}

function changedSince(name: string): AppError {
  return new AppError("version_mismatch", `Secret ${name} was changed in the meantime: read it again`);
}

function nameOf(ref: string): string {
  return `secret ${JSON.stringify(ref)}`;
}
