import { invalid } from "../../kit/errors.ts";
import { parseJsonText } from "../../kit/json-text.ts";

/** How a regular expression travels inside JSON. */
const patternPrefix = "__REGEXP ";
const patternText = /^\/(.*)\/([a-z]*)$/s;

/** Reads a filter, an empty text being no filter, with the regular expressions in it as the house writes them. */
export function readFilter(text: string, field = "query"): unknown {
  if (text === "") return undefined;
  return revived(parseJsonText(text, { field }), field);
}

/** Reads a pipeline. */
export function readPipeline(text: string): unknown {
  return revived(parseJsonText(text, { field: "aggregates" }), "aggregates");
}

/** Reads a projection; undefined for everything. */
export function readProjection(text: string): unknown {
  if (text === "") return undefined;
  const projection = parseJsonText(text, { field: "projection" });
  return isEmpty(projection) ? undefined : projection;
}

/** Reads an order: JSON, or the bare name of a field, with a `-` before it for the other way round. */
export function readOrder(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  if (!trimmed.startsWith("{") && !trimmed.startsWith("[") && !trimmed.startsWith('"'))
    return orderOfWord(trimmed);
  const order = parseJsonText(trimmed, { field: "orderby" });
  if (typeof order === "string") return orderOfWord(order);
  return isEmpty(order) ? undefined : order;
}

function orderOfWord(word: string): Record<string, 1 | -1> | undefined {
  if (word === "") return undefined;
  return word.startsWith("-") ? { [word.slice(1)]: -1 } : { [word]: 1 };
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** `{name: "__REGEXP /^a/i"}` is `{name: {$regex: "^a", $options: "i"}}`; in a `$in` list it becomes a choice. */
function revived(value: unknown, field: string): unknown {
  if (typeof value === "string") return value.startsWith(patternPrefix) ? patternOf(value, field) : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => revived(each, field));
  const choices: unknown[] = [];
  const plain: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(value)) {
    const choice = choiceOf(name, each, field);
    if (choice === undefined) plain[name] = revived(each, field);
    else choices.push(choice);
  }
  if (choices.length === 0) return plain;
  return Object.keys(plain).length === 0 && choices.length === 1 ? choices[0] : { $and: [plain, ...choices] };
}

/** A field's `$in` list that holds patterns: any of its values or patterns. */
function choiceOf(name: string, condition: unknown, field: string): unknown {
  const list =
    typeof condition === "object" && condition !== null && "$in" in condition ? condition.$in : undefined;
  if (!Array.isArray(list) || !list.some(isPattern)) return undefined;
  const { $in: _list, ...others } = condition as Record<string, unknown>;
  const patterns = list.filter(isPattern).map((each) => ({ [name]: patternOf(each, field) }));
  const values = list.filter((each) => !isPattern(each));
  const choice = { $or: [{ [name]: { $in: values } }, ...patterns] };
  return Object.keys(others).length === 0 ? choice : { $and: [{ [name]: revived(others, field) }, choice] };
}

function isPattern(value: unknown): value is string {
  return typeof value === "string" && value.startsWith(patternPrefix);
}

function patternOf(text: string, field: string): { $regex: string; $options?: string } {
  const match = patternText.exec(text.slice(patternPrefix.length));
  if (match === null) throw invalid(field, `${text} is no regular expression: write __REGEXP /pattern/flags`);
  const [, $regex, flags] = match;
  // Finding the first or all is no matter of a filter, and all text is Unicode.
  const $options = flags!.replaceAll(/[gyudv]/g, "");
  return $options === "" ? { $regex: $regex! } : { $regex: $regex!, $options };
}
