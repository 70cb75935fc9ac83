// @ts-expect-error The package has no types.
import * as untyped from "@michaelhomer/jqjs";
import { compile, type Json } from "@millrace/jq";
import { show, summarise } from "./measure.ts";

/** How fast expressions run, beside the package that is its nearest peer in JavaScript. Ratios say how much faster. */

const jqjs = untyped as { compile(program: string): (input: Json) => Iterable<Json> };

const roundsCount = 5;
const roundMs = 200;

const order = {
  id: 4711,
  status: "open",
  customer: { name: "Ada", address: { city: "London", zip: "N1" }, tags: ["vip", "new"] },
  lines: Array.from({ length: 20 }, (_, at) => ({ sku: `S${at}`, price: at * 1.5, count: (at % 4) + 1 })),
};
const list = Array.from({ length: 1_000 }, (_, at) => ({
  id: at,
  group: `g${at % 10}`,
  value: (at * 7919) % 1000,
}));

const cases: readonly { name: string; program: string; input: Json }[] = [
  { name: "a field", program: ".status", input: order },
  { name: "a path", program: ".customer.address.city", input: order },
  { name: "a comparison", program: '.status == "open"', input: order },
  { name: "a condition", program: '.id > 1000 and .status == "open"', input: order },
  { name: "a default", program: '.status // "none"', input: order },
  { name: "an object", program: "{id, city: .customer.address.city}", input: order },
  { name: "a text", program: '"order \\(.id) of \\(.customer.name)"', input: order },
  { name: "a sum over lines", program: "[.lines[] | .price * .count] | add", input: order },
  { name: "a filter", program: "[.lines[] | select(.count > 2) | .sku]", input: order },
  { name: "a map", program: ".lines | map(.price + 1)", input: order },
  { name: "an update", program: ".customer.name |= ascii_upcase", input: order },
  { name: "an update of all", program: ".lines[].price += 1", input: order },
  { name: "a fold of 1000", program: "reduce .[] as $x (0; . + $x.value)", input: list },
  { name: "an index of 1000", program: "reduce .[] as $x ({}; .[$x.group] = $x.value)", input: list },
  {
    name: "groups of 1000",
    program: "group_by(.group) | map({key: .[0].group, sum: (map(.value) | add)})",
    input: list,
  },
  { name: "an order of 1000", program: "sort_by(.value) | .[0].id", input: list },
  { name: "a range of 1000", program: "[range(1000)] | length", input: null },
  { name: "a recursion", program: "def f: if . < 100 then . + 1 | f else . end; 0 | f", input: null },
  { name: "everything in it", program: "[.. | numbers] | length", input: order },
  { name: "a pattern", program: 'test("^o[a-z]+$")', input: "open" },
  { name: "entries", program: "with_entries(.value |= tostring)", input: order.customer },
];

/** Runs a second as the middle of several rounds. */
function rate(act: () => unknown) {
  return summarise(Array.from({ length: roundsCount }, () => round(act)));
}

function round(act: () => unknown): number {
  const startedAt = performance.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < roundMs) {
    for (let times = 0; times < 16; times += 1) act();
    count += 16;
    elapsed = performance.now() - startedAt;
  }
  return (count / elapsed) * 1_000;
}

function times(act: () => unknown): { median: number; range: string } {
  const { median, min, max } = rate(act);
  return { median, range: `${show(median)} (${show(min)}-${show(max)})` };
}

console.log("| Expression | @millrace/jq, runs a second | @michaelhomer/jqjs | Ratio |");
console.log("|---|---|---|---|");
for (const { name, program, input } of cases) {
  const ours = compile(program);
  const theirs = jqjs.compile(program);
  const expected = JSON.stringify([...theirs(input)]);
  const found = JSON.stringify(ours.run(input));
  if (found !== expected) throw new Error(`${program}: ${found} and ${expected}`);
  const mine = times(() => ours.run(input));
  const other = times(() => [...theirs(input)]);
  const ratio = (mine.median / other.median).toFixed(1);
  console.log(
    `| ${name}: \`${program.replaceAll("|", "\\|")}\` | ${mine.range} | ${other.range} | ${ratio} |`,
  );
}
