/** Where a queue is shown. */
export function queuePath(name: string): string {
  return `/work-items/${encodeURIComponent(name)}`;
}
