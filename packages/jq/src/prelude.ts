import { parseProgram } from "./parser.ts";
import type { Definition } from "./syntax.ts";

/** Functions of the language that say best in the language what they do. */
const texts: Readonly<Record<string, string>> = {
  "walk/1": `def walk(f):
    def inner: if type == "object" then map_values(inner) elif type == "array" then map(inner) else . end | f;
    inner;`,
  "in/1": "def in(container): . as $key | container | has($key);",
  "inside/1": "def inside(container): . as $part | container | contains($part);",
  "combinations/0": `def combinations:
    if length == 0 then [] else .[0][] as $head | (.[1:] | combinations) as $tail | [$head] + $tail end;`,
  "combinations/1": "def combinations(n): . as $list | [range(n) | $list] | combinations;",
  "ascii/0": `def ascii:
    if type == "number" and . >= 0 and . <= 127 then [.] | implode
    else error("ascii takes a number from 0 to 127") end;`,
  "finites/0": 'def finites: select(type == "number" and (isinfinite or isnan | not));',
  "normals/0": "def normals: select(isnormal);",
  "INDEX/1": "def INDEX(key): INDEX(.[]; key);",
  "INDEX/2": "def INDEX(rows; key): reduce rows as $row ({}; .[$row | key | tostring] = $row);",
  "GROUP_BY/1": "def GROUP_BY(key): group_by(key);",
  "UNIQUE_BY/1": "def UNIQUE_BY(key): unique_by(key);",
  "JOIN/2": "def JOIN($index; key): [.[] | [., $index[key]]];",
  "JOIN/3": "def JOIN($index; rows; key): rows | [., $index[key]];",
  "JOIN/4": "def JOIN($index; rows; key; joined): rows | [., $index[key]] | joined;",
  "truncate_stream/1": `def truncate_stream(events):
    . as $depth | null | events | select(.[0] | length > $depth) | .[0] |= .[$depth:];`,
};

const parsed = new Map<string, Definition>();

export const preludeNames: readonly string[] = Object.keys(texts);

/** The definition of a function by its name and number of parameters; null where there is none. */
export function preludeDefinition(signature: string): Definition | null {
  const known = parsed.get(signature);
  if (known !== undefined) return known;
  if (!Object.hasOwn(texts, signature)) return null;
  const node = parseProgram(`${texts[signature]!} .`);
  if (node.kind !== "define") throw new Error(`${signature} is no definition`);
  parsed.set(signature, node.definition);
  return node.definition;
}
