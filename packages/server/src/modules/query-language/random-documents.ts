/** Random dirty documents, filters and sorts, from a seed; for tests only. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** The next number from 0 to below 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  list<Item>(max: number, make: () => Item): Item[] {
    return Array.from({ length: this.below(max + 1) }, make);
  }
}

export const fieldNames = ["a", "b", "c", "0", "1"];
export const oddFieldNames = [
  "x y",
  "o'b",
  'qu"ote',
  "back\\slash",
  "é",
  "constructor",
  "a}b",
  "$1".slice(1),
];

const long = "x".repeat(300);
const scalars = [
  null,
  true,
  false,
  0,
  1,
  2,
  -3,
  1.5,
  7,
  1e21,
  1e-7,
  2 ** 53,
  5e-324,
  "",
  "a",
  "ab",
  "abc",
  "A",
  "K",
  "\u212a",
  "é",
  "\u{1f600}",
  "\ufffd",
  "5",
  "2026-01-01",
  "2026-02-30T00:00:00Z",
  "2026-01-01T00:00:00Z",
  "2026-01-01T01:00:00+01:00",
  "2026-01-01T00:00:00.000Z",
  "2026-01-01T00:00:00.0015Z",
  "1969-12-31T23:59:59.999-0330",
  "2024-02-29T12:00:00Z",
  long,
  `${long}y`,
  "a\nb",
  "%_'\"\\",
  "{a,b}",
];

export function randomScalar(random: Random): unknown {
  return random.pick(scalars);
}

export function randomValue(random: Random, depth = 0): unknown {
  const roll = random.next();
  if (depth > 2 || roll < 0.55) return randomScalar(random);
  if (roll < 0.78) return random.list(3, () => randomValue(random, depth + 1));
  return randomObject(random, depth + 1);
}

function randomObject(random: Random, depth: number): Record<string, unknown> {
  const names = random.list(3, () => random.pick(random.next() < 0.9 ? fieldNames : oddFieldNames));
  return Object.fromEntries(names.map((name) => [name, randomValue(random, depth)]));
}

export function randomDocument(random: Random, index: number): Record<string, unknown> {
  return {
    _id: index.toString(16).padStart(24, "0"),
    _type: random.pick(["film", "note"]),
    ...randomObject(random, 0),
    a: randomValue(random),
    b: randomValue(random),
  };
}

export function randomPath(random: Random): string {
  const names = random.list(2, () => random.pick(random.next() < 0.95 ? fieldNames : oddFieldNames));
  return [random.pick(["a", "a", "b", "b", "c", ...oddFieldNames.slice(0, 2)]), ...names].join(".");
}

const patterns = [
  "^a",
  "a",
  "b$",
  "^x+$",
  "a.b",
  "[a-c]",
  "k",
  "é",
  "^2026",
  "\\d",
  "(a|b)c?",
  "^$",
  "x{3}",
  "A|5",
];
const types = ["string", "number", "null", "object", "array", "bool", "date", "int", 2, ["string", "null"]];

export function randomFilter(random: Random, depth = 0): Record<string, unknown> {
  const roll = random.next();
  if (depth < 2 && roll < 0.3) {
    const parts = [randomFilter(random, depth + 1), randomFilter(random, depth + 1)];
    return { [random.pick(["$and", "$or", "$nor"])]: parts };
  }
  if (roll < 0.4) return { _id: { $gte: random.below(150).toString(16).padStart(24, "0") } };
  if (roll < 0.43) return { _type: random.pick(["film", { $ne: "film" }, { $in: ["note", 5, null] }]) };
  const entries = [[randomPath(random), randomCondition(random, depth)]];
  if (random.next() < 0.25) entries.push([randomPath(random), randomCondition(random, depth)]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

export function randomCondition(random: Random, depth: number): unknown {
  const roll = random.next();
  if (roll < 0.2) return randomOperand(random);
  if (roll < 0.3) return { ...comparison(random), ...comparison(random) };
  if (roll < 0.36) return { $not: withOperator(random, depth) };
  return withOperator(random, depth);
}

function randomOperand(random: Random): unknown {
  return random.next() < 0.8 ? randomScalar(random) : randomValue(random, 2);
}

function comparison(random: Random): Record<string, unknown> {
  return { [random.pick(["$gt", "$gte", "$lt", "$lte"])]: randomOperand(random) };
}

function withOperator(random: Random, depth: number): Record<string, unknown> {
  const operands = () => random.list(4, () => randomOperand(random));
  const makers: (() => Record<string, unknown>)[] = [
    () => comparison(random),
    () => comparison(random),
    () => ({ $eq: randomOperand(random) }),
    () => ({ $ne: randomOperand(random) }),
    () => ({ $in: operands() }),
    () => ({ $nin: operands() }),
    () => ({ $exists: random.next() < 0.5 }),
    () => ({ $type: random.pick(types) }),
    () => ({ $size: random.below(4) }),
    () => ({ $mod: [random.pick([2, 3, -2]), random.below(3)] }),
    () => ({ $all: operands() }),
    () => ({ $bitsAnySet: random.pick([1, 6, [0, 2]]) }),
    () => ({ $regex: random.pick(patterns), $options: random.pick(["", "", "i", "s", "m"]) }),
    () => ({ $elemMatch: depth < 2 ? randomElementFilter(random, depth + 1) : comparison(random) }),
  ];
  return random.pick(makers)();
}

function randomElementFilter(random: Random, depth: number): Record<string, unknown> {
  if (random.next() < 0.5) return withOperator(random, depth);
  return { [random.pick(fieldNames)]: randomCondition(random, depth) };
}

export function randomSort(random: Random): Record<string, unknown> {
  const names = [randomPath(random), ...random.list(1, () => random.pick(["a", "b", "_type", "_id"]))];
  return Object.fromEntries(names.map((name) => [name, random.pick([1, -1])]));
}
