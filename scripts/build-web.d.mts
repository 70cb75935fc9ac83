/** Builds the browser application where a source is newer; answers whether there was need. */
export function buildWeb(): Promise<boolean>;

export interface Sizes {
  /** Of all that the first page needs. */
  shell: number;
  parts: { name: string; bytes: number; first: boolean }[];
}
/** What was built, in bytes by gzip. */
export function sizesOf(): Sizes;
