import { evalExpr } from "mingo/core";
import * as arrays from "mingo/operators/expression/array";
import * as strings from "mingo/operators/expression/string";
import type { AnyObject, Options } from "mingo/types";

import { invalid } from "../../kit/errors.ts";
import { textOfDate } from "./dates.ts";
import { isRecord } from "./paths.ts";
import { compileLinear } from "./patterns.ts";
import { instantOf } from "./values.ts";

type Expression = (document: AnyObject, argument: unknown, options: Options) => unknown;

const listMax = 100_000;
const textMax = 4_000_000;

/** Expression operators where mingo's own would be unsafe, unbounded, or blind to dates that are strings. */
export const ownExpressions: Record<string, Expression> = {
  $range: (document, argument, options) => {
    const parameters = Array.isArray(argument)
      ? argument.map((part) => evalExpr(document, part, options))
      : [];
    const [start, end, step = 1] = parameters.map(Number);
    if (Math.abs((Number(end) - Number(start)) / (step || 1)) > listMax) {
      throw invalid("$range", `a list has at most ${listMax} items`);
    }
    return arrays.$range(document, parameters, options);
  },
  $concatArrays: (document, argument, options) => {
    const joined: unknown = arrays.$concatArrays(document, argument, options);
    if (Array.isArray(joined) && joined.length > listMax) {
      throw invalid("$concatArrays", `a list has at most ${listMax} items`);
    }
    return joined;
  },
  $dateFromString: dateFromString,
  $regexMatch: (document, argument, options) => findAll(document, argument, options, 1).length > 0,
  $regexFind: (document, argument, options) => findAll(document, argument, options, 1)[0] ?? null,
  $regexFindAll: (document, argument, options) => findAll(document, argument, options, listMax),
  ...Object.fromEntries(
    Object.entries(strings)
      .filter(([name]) => !/regex|trim/i.test(name))
      .map(([name, operator]) => [name, onText(name, operator as Expression)]),
  ),
};

/** Dates are strings in documents, so string operators see their text. */
function onText(name: string, operator: Expression): Expression {
  return (document, argument, options) => {
    const result = operator(document, textArguments(document, argument, options), options);
    if (typeof result === "string" && result.length > textMax) {
      throw invalid(name, `a text has at most ${textMax} characters`);
    }
    return result;
  };
}

function textArguments(document: AnyObject, argument: unknown, options: Options): unknown {
  if (Array.isArray(argument)) return argument.map((part) => textArguments(document, part, options));
  if (isRecord(argument) && !Object.keys(argument).some((key) => key.startsWith("$"))) {
    return Object.fromEntries(
      Object.entries(argument).map(([key, part]) => [key, textArguments(document, part, options)]),
    );
  }
  const value: unknown = evalExpr(document, argument, options);
  return { $literal: value instanceof Date ? textOfDate(value) : value };
}

/** Reads ISO dates; with a `format` of its own it is refused, since mingo would make a JavaScript pattern of it. */
function dateFromString(document: AnyObject, argument: unknown, options: Options): unknown {
  if (isRecord(argument) && "format" in argument) throw invalid("$dateFromString.format", "is not supported");
  const parameters: unknown = evalExpr(document, argument, options);
  const { dateString, onNull = null, onError } = isRecord(parameters) ? parameters : {};
  if (dateString === null || dateString === undefined) return onNull;
  if (dateString instanceof Date) return dateString;
  const text = String(dateString);
  const instant = instantOf(text) ?? (/^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN);
  if (!Number.isNaN(instant)) return new Date(instant);
  if (onError !== undefined) return onError;
  throw invalid("$dateFromString.dateString", `${JSON.stringify(text.slice(0, 50))} is not an ISO date`);
}

interface Found {
  match: string;
  idx: number;
  captures: (string | null)[];
}

function findAll(document: unknown, argument: unknown, options: Options, max: number): Found[] {
  const parameters: unknown = evalExpr(document, argument, options);
  const { input, regex, options: flags = "" } = isRecord(parameters) ? parameters : {};
  const text = input instanceof Date ? textOfDate(input) : input;
  if (typeof text !== "string") return [];
  if (typeof regex !== "string" || typeof flags !== "string") throw invalid("regex", "must be a string");
  const matcher = compileLinear(regex, flags, "regex").matcher(text);
  const found: Found[] = [];
  while (found.length < max && matcher.find()) {
    const captures = Array.from(
      { length: matcher.groupCount() },
      (_, index) => matcher.group(index + 1) ?? null,
    );
    found.push({
      match: matcher.group() ?? "",
      idx: Array.from(text.slice(0, matcher.start())).length,
      captures,
    });
  }
  return found;
}
