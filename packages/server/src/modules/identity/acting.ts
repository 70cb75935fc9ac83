import { adminsId, type Call } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import type { Authentication } from "./authentication.ts";
import { principalsOf } from "./authentication-store.ts";

const cachedMax = 20_000;

interface Known {
  epoch: number;
  name: string;
  principalIds: readonly string[];
}

/** Users on whose behalf the house acts while they are not there themselves, with the rights that they have now. */
export class Acting {
  readonly #database: Database;
  readonly #authentication: Authentication;
  /** By tenant and user, true under the tenant's epoch; who was first asked for goes first. */
  readonly #known = new Map<string, Known>();

  constructor(database: Database, authentication: Authentication) {
    this.#database = database;
    this.#authentication = authentication;
  }

  /** The user as the caller, as of now; undefined if he is gone or disabled. */
  async as({ tenantId, userId }: { tenantId: string; userId: string }, requestId: string) {
    const key = `${tenantId} ${userId}`;
    const epoch = await this.#authentication.freshEpoch(tenantId);
    let known = this.#known.get(key);
    if (known === undefined || known.epoch !== epoch) {
      const found = await principalsOf(this.#database.read({ tenantId }), tenantId, userId);
      this.#known.delete(key);
      if (found === undefined) return undefined;
      known = { epoch, ...found };
      if (this.#known.size >= cachedMax) this.#known.delete([...this.#known.keys()][0]!);
      this.#known.set(key, known);
    }
    const { name: userName, principalIds } = known;
    const isAdmin = principalIds.includes(adminsId);
    return { tenantId, userId, userName, principalIds, isAdmin, epoch, requestId } satisfies Call;
  }
}
