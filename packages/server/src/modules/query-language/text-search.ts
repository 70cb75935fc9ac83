import { invalid } from "../../kit/errors.ts";
import { isRecord } from "./paths.ts";
import type { Value } from "./values.ts";

interface Search {
  words: string[];
  phrases: string[];
  excluded: string[];
}

const wordsMax = 50;

/**
 * `$text`, plainly: any of the words, all of the "phrases", none of the -words, in any string of the document.
 * Case is ignored; there is no stemming and no score.
 */
export function compileTextSearch(operand: Value, at: string): (document: unknown) => boolean {
  if (!isRecord(operand) || typeof operand["$search"] !== "string") {
    throw invalid(at, '$text wants {"$search": "words"}');
  }
  const search = readSearch(operand["$search"]);
  const total = search.words.length + search.phrases.length + search.excluded.length;
  if (total > wordsMax) throw invalid(at, `at most ${wordsMax} words`);
  return (document) =>
    isFound(
      search,
      textsOf(document).map((text) => text.toLowerCase()),
    );
}

function readSearch(text: string): Search {
  const phrases = [...text.matchAll(/"([^"]+)"/g)].map((match) => String(match[1]).toLowerCase());
  const rest = text
    .replace(/"[^"]*"/g, " ")
    .toLowerCase()
    .split(/\s+/);
  return {
    phrases,
    words: rest.filter((word) => !word.startsWith("-")).flatMap(wordsOf),
    excluded: rest.filter((word) => word.startsWith("-")).flatMap(wordsOf),
  };
}

function isFound(search: Search, texts: readonly string[]): boolean {
  const words = new Set(texts.flatMap(wordsOf));
  if (search.excluded.some((word) => words.has(word))) return false;
  if (!search.phrases.every((phrase) => texts.some((text) => text.includes(phrase)))) return false;
  return search.phrases.length > 0 || search.words.some((word) => words.has(word));
}

function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+/gu) ?? [];
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
