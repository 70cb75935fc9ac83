import type { Call } from "../../kit/call.ts";
import type { Tx } from "../../kit/database.ts";
import { violatedConstraint } from "../../kit/database-errors.ts";
import { AppError } from "../../kit/errors.ts";
import type { NewEvent } from "../events/model.ts";
import { eventOf } from "../events/service.ts";
import { latestChannel, latestOf } from "./model.ts";
import * as store from "./store.ts";

/** Makes `latest` name the highest version that is left; with none left there is no such channel. */
export async function moveLatest(tx: Tx, call: Call, packageId: string): Promise<void> {
  const latest = latestOf(await store.listOpenVersions(tx, packageId));
  if (latest === undefined) return store.removeChannel(tx, packageId, latestChannel);
  const { tenantId, userId: promotedById } = call;
  await store.promote(tx, { packageId, tenantId, name: latestChannel, version: latest, promotedById });
}

/** A fact about a package. */
export function packageEvent(
  call: Call,
  type: string,
  { id, name }: { id: string; name: string },
  details: Record<string, unknown> = {},
): NewEvent {
  return eventOf(call, {
    topic: "packages",
    type,
    subjectId: id,
    scopeId: "",
    details: { name, ...details },
  });
}

/** What a write that lost the race for a name tells its caller. */
export function nameTaken(error: unknown, name: string): unknown {
  if (violatedConstraint(error) !== "a_package_name_is_used_once_in_a_tenant") return error;
  return new AppError("conflict", `Package ${name} was made by somebody else just now: push again`);
}
