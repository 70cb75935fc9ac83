import { type Acl, readersOf } from "../access/model.ts";

interface Place {
  tenantId: string;
  collection: string;
}

/** How principals stand in the column `can_read`: with the place in them, so that one index serves each collection. */
export function readerKeys({ tenantId, collection }: Place, principalIds: readonly string[]): string[] {
  return principalIds.map((id) => `${tenantId}/${collection}/${id}`);
}

/** The columns `can_read` and `cannot_read` of a document with this ACL. */
export function readerColumns(place: Place, acl: Acl): { canRead: string[]; cannotRead: string[] } {
  const { canRead, cannotRead } = readersOf(acl);
  return { canRead: readerKeys(place, canRead), cannotRead };
}
