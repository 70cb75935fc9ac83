import { adminsId, type Call } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import { EpochCache } from "../../kit/epoch-cache.ts";
import type { Authentication } from "./authentication.ts";
import { principalsOf } from "./authentication-store.ts";

type Known = Map<string, { name: string; principalIds: string[] } | undefined>;

/** Users for whom something is done while they are away: known under the tenant's epoch, so rights are those of now. */
export class Absentees {
  readonly #database: Database;
  readonly #authentication: Authentication;
  readonly #known: EpochCache<Known>;

  constructor(database: Database, authentication: Authentication) {
    this.#database = database;
    this.#authentication = authentication;
    const freshEpoch = (tenantId: string) => authentication.freshEpoch(tenantId);
    const raiseEpoch = async () => undefined;
    this.#known = new EpochCache({ freshEpoch, raiseEpoch }, async () => new Map());
  }

  /** The user as the caller; undefined if he is gone or disabled. */
  async call(who: { tenantId: string; userId: string; requestId: string }): Promise<Call | undefined> {
    const { tenantId, userId, requestId } = who;
    const epoch = await this.#authentication.freshEpoch(tenantId);
    const known = await this.#known.of({ tenantId, epoch });
    if (!known.has(userId)) {
      known.set(userId, await principalsOf(this.#database.read({ tenantId }), tenantId, userId));
    }
    const found = known.get(userId);
    if (found === undefined) return undefined;
    const { name: userName, principalIds } = found;
    return {
      tenantId,
      userId,
      userName,
      principalIds,
      isAdmin: principalIds.includes(adminsId),
      epoch,
      requestId,
    };
  }
}
