export interface ArchiveLimits {
  /** Of the compressed file. */
  packedBytes: number;
  /** Of all files in it together. */
  unpackedBytes: number;
  entries: number;
  /** Folders within each other. */
  depth: number;
}

export const archiveLimits: ArchiveLimits = {
  packedBytes: 100 * 2 ** 20,
  unpackedBytes: 500 * 2 ** 20,
  entries: 20_000,
  depth: 32,
};
