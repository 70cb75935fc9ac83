import type { Client } from "@millrace/sdk";

export type Document = Record<string, unknown>;

const pageMax = 1_000;

/** Every document that matches, page after page, asked for in pages that suit `limit`. */
export async function* queryAll(
  client: Client,
  collection: string,
  query: Record<string, unknown>,
  limit: number,
): AsyncGenerator<Document> {
  const size = Math.max(1, Math.min(limit + 1, pageMax));
  let cursor: string | undefined;
  for (;;) {
    // A cursor stands behind what was skipped.
    const asked = cursor === undefined ? query : { ...query, skip: undefined, cursor };
    const page = await client.queryDocuments(collection, { ...asked, limit: size });
    yield* page.items as Document[];
    if (page.nextCursor === undefined) return;
    cursor = page.nextCursor;
  }
}
