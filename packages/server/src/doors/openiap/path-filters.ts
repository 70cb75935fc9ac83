import { invalid } from "../../kit/errors.ts";
import { parseJsonText } from "../../kit/json-text.ts";

/** Paths of one watch, and the characters and nesting of one. */
const pathsMax = 32;
const charactersMax = 4_096;
const levelsMax = 32;

type Filter = Record<string, unknown>;

/**
 * What a watch's paths ask for, as a filter of the house: any of them, and everything where there is none. A path is a
 * JSONPath filter on the changed document, `$.[?(@._type == 'test' && @.n > 3)]`, or, of older clients, a MongoDB
 * filter as JSON, alone or as a `$match` stage.
 */
export function filterOfPaths(paths: readonly string[]): Filter | undefined {
  if (paths.length > pathsMax) throw invalid("paths", `a watch has at most ${pathsMax} paths`);
  const filters = paths.map((path, index) => filterOfPath(path.trim(), `paths[${index}]`));
  const asked = filters.filter((filter) => filter !== undefined);
  // One that asks for everything makes the others needless.
  if (asked.length < filters.length || asked.length === 0) return undefined;
  return asked.length === 1 ? asked[0] : { $or: asked };
}

function filterOfPath(path: string, field: string): Filter | undefined {
  if (path === "" || path === "$" || path === "$.*" || path === "$.[*]" || path === "$[*]") return undefined;
  if (path.length > charactersMax) throw invalid(field, `has more than ${charactersMax} characters`);
  if (path.startsWith("{") || path.startsWith("["))
    return filterOfStages(parseJsonText(path, { field }), field);
  const condition = /^\$(?:\.?\.)?\[\?\s*\(?(.*?)\)?\s*\]$/s.exec(path)?.[1];
  if (condition === undefined) throw invalid(field, "must be a filter as $.[?(@.name == 'value')]");
  return new ConditionParser(condition, field).parse();
}

/** Older clients send the beginning of a pipeline, over the event with the document inside. */
function filterOfStages(value: unknown, field: string): Filter | undefined {
  const stages = Array.isArray(value) ? value : [value];
  const filters = stages.map((stage: unknown) => {
    if (typeof stage !== "object" || stage === null)
      throw invalid(field, "must be a filter or a $match stage");
    return withoutPrefix("$match" in stage ? stage.$match : stage) as Filter;
  });
  if (filters.length === 0) return undefined;
  return filters.length === 1 ? filters[0] : { $and: filters };
}

function withoutPrefix(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutPrefix);
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name.replace(/^fullDocument\./, ""), withoutPrefix(each)]),
  );
}

type Token = { kind: "mark" | "path" | "word"; text: string } | { kind: "literal"; value: unknown };

/** A path, a text, a number, a mark or a word, each with the white space before it. */
const tokenPattern = new RegExp(
  [
    String.raw`\s*(?:(@(?:\.[\w$-]+|\[\s*(?:'[^']*'|"[^"]*"|\d+)\s*\])*)`,
    String.raw`('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")`,
    String.raw`(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)`,
    String.raw`(===|!==|==|!=|<=|>=|&&|\|\||[<>!()])`,
    String.raw`([A-Za-z]+))`,
  ].join("|"),
  "giy",
);
const comparisons: Readonly<Record<string, string>> = {
  "==": "$eq",
  "===": "$eq",
  "!=": "$ne",
  "!==": "$ne",
  "<": "$lt",
  "<=": "$lte",
  ">": "$gt",
  ">=": "$gte",
};
/** The same comparison seen from the other side. */
const turned: Readonly<Record<string, string>> = { $lt: "$gt", $lte: "$gte", $gt: "$lt", $gte: "$lte" };
const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null, undefined: null };

/** The conditions of a JSONPath filter, as far as a filter of the house says the same: no functions, no arithmetic. */
class ConditionParser {
  readonly #field: string;
  readonly #tokens: Token[];
  #level = 0;

  constructor(text: string, field: string) {
    this.#field = field;
    this.#tokens = [...this.#read(text)];
  }

  parse(): Filter {
    const filter = this.#either();
    if (this.#tokens.length > 0) throw this.#refusal();
    return filter;
  }

  *#read(text: string): Generator<Token> {
    const pattern = new RegExp(tokenPattern);
    const end = text.trimEnd().length;
    while (pattern.lastIndex < end) {
      const match = pattern.exec(text);
      if (match === null) throw this.#refusal();
      const [, path, quoted, number, mark, word] = match;
      if (path !== undefined) yield { kind: "path", text: fieldOfPath(path) };
      else if (quoted !== undefined) yield { kind: "literal", value: unquoted(quoted) };
      else if (number !== undefined) yield { kind: "literal", value: Number(number) };
      else if (mark !== undefined) yield { kind: "mark", text: mark };
      else if (word !== undefined && Object.hasOwn(words, word))
        yield { kind: "literal", value: words[word] };
      else throw this.#refusal();
    }
  }

  #either(): Filter {
    this.#level += 1;
    if (this.#level > levelsMax) throw invalid(this.#field, `is nested deeper than ${levelsMax} levels`);
    const choices = [this.#all()];
    while (this.#takes("||")) choices.push(this.#all());
    this.#level -= 1;
    return choices.length === 1 ? choices[0]! : { $or: choices };
  }

  #all(): Filter {
    const conditions = [this.#one()];
    while (this.#takes("&&")) conditions.push(this.#one());
    return conditions.length === 1 ? conditions[0]! : { $and: conditions };
  }

  #one(): Filter {
    let isTurned = false;
    while (this.#takes("!")) isTurned = !isTurned;
    const filter = this.#group() ?? this.#comparison();
    return isTurned ? { $nor: [filter] } : filter;
  }

  #group(): Filter | undefined {
    if (!this.#takes("(")) return undefined;
    const inner = this.#either();
    if (!this.#takes(")")) throw this.#refusal();
    return inner;
  }

  #comparison(): Filter {
    const left = this.#tokens.shift();
    const mark = this.#tokens[0];
    const operator = mark?.kind === "mark" ? comparisons[mark.text] : undefined;
    if (operator === undefined) {
      if (left?.kind === "path") return { [left.text]: { $exists: true, $nin: [null, false, 0, ""] } };
      throw this.#refusal();
    }
    this.#tokens.shift();
    const right = this.#tokens.shift();
    if (left?.kind === "path" && right?.kind === "literal")
      return { [left.text]: { [operator]: right.value } };
    if (left?.kind === "literal" && right?.kind === "path") {
      return { [right.text]: { [turned[operator] ?? operator]: left.value } };
    }
    throw this.#refusal();
  }

  #takes(mark: string): boolean {
    const [next] = this.#tokens;
    if (next?.kind !== "mark" || next.text !== mark) return false;
    this.#tokens.shift();
    return true;
  }

  #refusal(): Error {
    return invalid(this.#field, "must compare fields with values, as @.name == 'value' && @.count > 3");
  }
}

/** `@.a['b'][0]` is the field `a.b.0`; a lone `@` is the document, of which every one has an id. */
function fieldOfPath(path: string): string {
  const parts = [...path.matchAll(/\.([\w$-]+)|\[\s*'([^']*)'\s*\]|\[\s*"([^"]*)"\s*\]|\[\s*(\d+)\s*\]/g)];
  return parts.length === 0
    ? "_id"
    : parts.map((part) => part.slice(1).find((name) => name !== undefined)).join(".");
}

function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/gs, "$1");
}
