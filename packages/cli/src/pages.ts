/** Up to `limit` members of a list that comes in pages, and whether there are more. */
export async function takeFirst<T>(
  pages: AsyncIterable<T>,
  limit: number,
): Promise<{ items: T[]; more: boolean }> {
  const items: T[] = [];
  for await (const item of pages) {
    if (items.length === limit) return { items, more: true };
    items.push(item);
  }
  return { items, more: false };
}

/** What a page is asked for: no more than is needed, and no more than the server gives. */
export function pageSize(limit: number, max = 500): number {
  return Math.max(1, Math.min(limit + 1, max));
}
