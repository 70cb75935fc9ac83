/** Where a collection is shown. */
export function collectionPath(name: string): string {
  return `/documents/${encodeURIComponent(name)}`;
}
