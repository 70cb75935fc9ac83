import { type Builtin, type Builtins, ofInput, ofNumbers } from "./builtin-shape.ts";
import { constantCode } from "./code.ts";
import { Failure, shown } from "./failure.ts";
import { exponentOf, frexp, gamma, logGamma, roundEven } from "./mathematics.ts";
import { negate } from "./arithmetic.ts";
import { compare } from "./order.ts";
import type { Json } from "./value.ts";

function numberOf(value: Json): number {
  if (typeof value === "number") return value;
  throw new Failure(`${shown(value)} number required`);
}

function one(apply: (value: number) => Json): Builtin {
  return ofInput((input) => apply(numberOf(input)));
}

function several(apply: (...values: number[]) => Json): Builtin {
  return ofNumbers((...values) => apply(...values.map(numberOf)));
}

/** The IEEE remainder: the quotient is rounded to the nearest integer, halves to the even one. */
function drem(left: number, right: number): number {
  return left - right * roundEven(left / right);
}

const plain: Readonly<Record<string, (value: number) => number>> = {
  ...Object.fromEntries(
    (
      ["floor", "sqrt", "ceil", "trunc", "exp", "log", "log10", "log2", "expm1", "log1p", "cbrt"] as const
    ).map((name) => [name, Math[name]]),
  ),
  ...Object.fromEntries(
    (
      [
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "asinh",
        "acosh",
        "atanh",
      ] as const
    ).map((name) => [name, Math[name]]),
  ),
  // Halves away from zero, as in C.
  round: (value) => Math.sign(value) * Math.floor(Math.abs(value) + 0.5),
  rint: roundEven,
  nearbyint: roundEven,
  fabs: Math.abs,
  exp2: (value) => 2 ** value,
  exp10: (value) => 10 ** value,
  pow10: (value) => 10 ** value,
  significand: (value) => (value === 0 || !Number.isFinite(value) ? value : frexp(value)[0] * 2),
  logb: (value) =>
    value === 0 ? -Infinity : Number.isFinite(value) ? exponentOf(value) - 1 : Math.abs(value),
  gamma: logGamma,
  lgamma: logGamma,
  tgamma: gamma,
};

/** Numbers and their functions. */
export const mathBuiltins: Builtins = {
  ...Object.fromEntries(Object.entries(plain).map(([name, apply]) => [`${name}/0`, one(apply)])),
  "abs/0": ofInput((input, run) => (compare(input, 0, run) < 0 ? negate(input) : input)),
  "infinite/0": () => constantCode(Infinity),
  "nan/0": () => constantCode(Number.NaN),
  "isinfinite/0": ofInput((input) => input === Infinity || input === -Infinity),
  "isnan/0": ofInput(Number.isNaN),
  "isnormal/0": ofInput((input) => Number.isFinite(input) && Math.abs(input as number) >= 2 ** -1022),
  "frexp/0": one((value) => [...frexp(value)]),
  "modf/0": one((value) => {
    if (!Number.isFinite(value)) return [Number.isNaN(value) ? value : 0, value];
    return [value - Math.trunc(value), Math.trunc(value)];
  }),
  "lgamma_r/0": one((value) => [logGamma(value), gamma(value) < 0 ? -1 : 1]),
  "pow/2": several((base, exponent) => base ** exponent),
  "atan2/2": several(Math.atan2),
  "hypot/2": several(Math.hypot),
  "fmod/2": several((left, right) => left % right),
  "fmin/2": several((left, right) =>
    Number.isNaN(left) ? right : Number.isNaN(right) ? left : Math.min(left, right),
  ),
  "fmax/2": several((left, right) =>
    Number.isNaN(left) ? right : Number.isNaN(right) ? left : Math.max(left, right),
  ),
  "fdim/2": several((left, right) =>
    left > right ? left - right : Number.isNaN(left + right) ? Number.NaN : 0,
  ),
  "fma/3": several((one, two, three) => one * two + three),
  "copysign/2": several((size, sign) => (sign < 0 || Object.is(sign, -0) ? -Math.abs(size) : Math.abs(size))),
  "drem/2": several(drem),
  "ldexp/2": several((value, exponent) => scaled(value, exponent)),
  "scalb/2": several((value, exponent) => scaled(value, exponent)),
  "scalbln/2": several((value, exponent) => scaled(value, exponent)),
};

/** In two steps, as 2 ** exponent alone may be beyond the largest double. */
function scaled(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}
