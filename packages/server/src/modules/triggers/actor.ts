import type { Call } from "../../kit/call.ts";
import type { Trigger } from "./model.ts";

/** Somebody on whose behalf the house acts, as of now; undefined if he is gone or disabled. */
export type ActAs = (
  who: { tenantId: string; userId: string },
  requestId: string,
) => Promise<Call | undefined>;

/** Who a trigger acts for, with his rights of now, and no more than the token allows that it was made with. */
export async function actorOf(
  actAs: ActAs,
  { tenantId, runAsId: userId, runAsScopes }: Pick<Trigger, "tenantId" | "runAsId" | "runAsScopes">,
  requestId: string,
): Promise<Call | undefined> {
  const call = await actAs({ tenantId, userId }, requestId);
  return call === undefined || runAsScopes === null ? call : { ...call, scopes: runAsScopes };
}
