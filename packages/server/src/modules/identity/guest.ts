import type { Call } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import type { Authentication, RequestFacts } from "./authentication.ts";
import { principalsOf } from "./authentication-store.ts";
import { guestId, whoAmIScope } from "./model.ts";

/** Reading, and nothing else; files are not read without a name either. */
const guestScopes = ["documents:read", "watch:read", whoAmIScope];

/** Who has not signed in, where an operator lets such people read what the role everyone may. */
export class Guest {
  readonly #database: Database;
  readonly #authentication: Authentication;
  readonly #known = new Map<string, { epoch: number; name: string; principalIds: string[] }>();

  constructor(database: Database, authentication: Authentication) {
    this.#database = database;
    this.#authentication = authentication;
  }

  /** The guest of a tenant as the caller, as of now; `unauthenticated` if he was disabled or never made. */
  async call(tenantId: string, request: RequestFacts): Promise<Call> {
    const epoch = await this.#authentication.freshEpoch(tenantId);
    let known = this.#known.get(tenantId);
    if (known === undefined || known.epoch !== epoch) {
      const found = await principalsOf(this.#database.read({ tenantId }), tenantId, guestId);
      if (found === undefined) throw new AppError("unauthenticated", "Guests are not let in: sign in");
      known = { epoch, ...found };
      this.#known.set(tenantId, known);
    }
    const { name, principalIds } = known;
    const guest = { userId: guestId, userName: name, principalIds, isAdmin: false, scopes: guestScopes };
    return { ...guest, ...request, tenantId, epoch };
  }
}
