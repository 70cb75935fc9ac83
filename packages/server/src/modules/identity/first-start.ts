import { adminsId, systemCall, usersId } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import { newId } from "../../kit/ids.ts";
import type { Changes } from "./changes.ts";
import { digestOf, makeSecretText } from "./credentials.ts";
import * as store from "./first-start-store.ts";
import { everyoneId, type GivenRole } from "./model.ts";
import type { Passwords } from "./passwords.ts";
import { addMember } from "./role-store.ts";
import { putLink } from "./sign-in-store.ts";
import { insert as insertUser } from "./user-store.ts";

const firstAdminName = "admin";
const generatedPasswordCharacters = 20;

/** How the first admin signs in; shown once, and kept nowhere in the clear. */
export interface FirstAdmin {
  userName: string;
  password: string;
  /** A one-time sign-in link's token. */
  linkToken: string;
}

/** What a tenant needs before anybody can sign in. */
export class FirstStart {
  readonly #database: Database;
  readonly #changes: Changes;
  readonly #passwords: Passwords;

  constructor(database: Database, changes: Changes, passwords: Passwords) {
    this.#database = database;
    this.#changes = changes;
    this.#passwords = passwords;
  }

  /** Makes the user root and the roles admins and users where they are missing; may be called at every start. */
  async ensureFoundations(tenantId: string): Promise<void> {
    await this.#changes.write((tx) => store.insertFoundations(tx, tenantId));
  }

  /** Makes the user guest, the role everyone and these roles where they are missing; may be called at every start. */
  async ensureGuestAndRoles(tenantId: string, roles: readonly GivenRole[]): Promise<void> {
    const everyone = { id: everyoneId, name: "everyone", description: "All users, and the guest" };
    await this.#changes.write(async (tx) => {
      const isChanged = await store.insertGuestAndRoles(tx, tenantId, [everyone, ...roles]);
      if (isChanged) await this.#changes.raiseEpoch(tx, tenantId);
    });
  }

  /** Makes the user `admin`, once in the life of a tenant; undefined when that was done. */
  async ensureFirstAdmin(tenantId: string): Promise<FirstAdmin | undefined> {
    if (await store.hasFirstAdmin(this.#database, tenantId)) return undefined;
    const password = makeSecretText().slice(0, generatedPasswordCharacters);
    const linkToken = makeSecretText();
    const passwordHash = await this.#passwords.hash(password);
    const call = systemCall("first-start", tenantId);
    const id = newId();
    const name = firstAdminName;
    const fields = { id, name, email: null, language: null, disabled: false };
    const made = await this.#changes.ofRights(call, async (tx) => {
      if (!(await store.claimFirstAdmin(tx, tenantId, id))) return false;
      await insertUser(tx, tenantId, { ...fields, passwordHash, createdById: call.userId });
      for (const roleId of [adminsId, usersId]) await addMember(tx, tenantId, roleId, { id, kind: "user" });
      await putLink(tx, tenantId, { userId: id, kind: "sign_in", tokenHash: digestOf(linkToken) });
      const details = { name, roleIds: [adminsId] };
      await this.#changes.record(tx, call, { type: "user.created", subjectId: id, details });
      return true;
    });
    return made ? { userName: name, password, linkToken } : undefined;
  }
}
