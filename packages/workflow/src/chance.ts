/**
 * A number from 0 to below 1 that depends on nothing but its arguments (the mixing steps of MurmurHash3's end), so
 * that a run that is decided again gets the same chances.
 */
export function chance(seed: number, ...of: readonly number[]): number {
  let hash = seed | 0;
  for (const part of of) {
    hash = Math.imul(hash ^ part, 0x9e_37_79_b1);
    hash ^= hash >>> 16;
    hash = Math.imul(hash, 0x85_eb_ca_6b);
    hash ^= hash >>> 13;
    hash = Math.imul(hash, 0xc2_b2_ae_35);
    hash ^= hash >>> 16;
  }
  return (hash >>> 0) / 4_294_967_296;
}
