/** A double as a fraction of at least a half and below one, and a power of two. */
export function frexp(value: number): readonly [number, number] {
  if (value === 0 || !Number.isFinite(value)) return [value, 0];
  const exponent = exponentOf(value);
  const half = Math.trunc(exponent / 2);
  return [value / 2 ** half / 2 ** (exponent - half), exponent];
}

const view = new DataView(new ArrayBuffer(8));

/** The power of two that a number other than zero is a fraction of, as `frexp` gives it. */
export function exponentOf(value: number): number {
  view.setFloat64(0, value);
  const bits = (view.getUint16(0) >> 4) & 0x7ff;
  // Numbers too small for a normal exponent are read once they are made larger.
  return bits === 0 ? exponentOf(value * 2 ** 64) - 64 : bits - 1022;
}

/** To the nearest integer, halves to the even one. */
export function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  const rounded = rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
  return rounded === 0 ? value * 0 : rounded;
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** The gamma function; exact for small integers, to about 15 digits elsewhere. */
export function gamma(value: number): number {
  if (Number.isInteger(value)) {
    if (value <= 0) return value === 0 ? 1 / value : Number.NaN;
    if (value > 171) return Infinity;
    let product = 1;
    for (let factor = 2; factor < value; factor += 1) product *= factor;
    return product;
  }
  if (value < 0.5) return Math.PI / (Math.sin(Math.PI * value) * gamma(1 - value));
  return Math.exp(logGamma(value));
}

/** The logarithm of the size of the gamma function. */
export function logGamma(value: number): number {
  if (value === 1 || value === 2) return 0;
  if (Math.abs(value) === Infinity) return Infinity;
  if (Number.isInteger(value) && value > 0 && value < 24) return Math.log(gamma(value));
  if (value < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * value))) - logGamma(1 - value);
  const at = value - 1;
  const base = at + 7.5;
  const sum = lanczos.reduce(
    (total, factor, place) => total + (place === 0 ? factor : factor / (at + place)),
    0,
  );
  return 0.5 * Math.log(2 * Math.PI) + (at + 0.5) * Math.log(base) - base + Math.log(sum);
}
