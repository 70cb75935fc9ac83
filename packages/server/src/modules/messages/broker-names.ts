import type { MessageQueue } from "./model.ts";

const plain = /^[A-Za-z0-9_-]{1,64}$/;

/** The words that a queue's names in a broker are made of: of the tenant and the id, never of what a caller chose. */
export function brokerWords({ tenantId, id }: Pick<MessageQueue, "tenantId" | "id">): [string, string] {
  return [plain.test(tenantId) ? tenantId : Buffer.from(tenantId).toString("base64url").slice(0, 96), id];
}
