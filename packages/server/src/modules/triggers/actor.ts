import type { Call } from "../../kit/call.ts";
import type { ActAs } from "./firings.ts";
import type { Trigger } from "./model.ts";

/** Who a trigger acts for, with his rights of now, and no more than the token allows that it was made with. */
export async function actorOf(
  actAs: ActAs,
  { tenantId, runAsId: userId, runAsScopes }: Pick<Trigger, "tenantId" | "runAsId" | "runAsScopes">,
  requestId: string,
): Promise<Call | undefined> {
  const call = await actAs({ tenantId, userId }, requestId);
  return call === undefined || runAsScopes === null ? call : { ...call, scopes: runAsScopes };
}
