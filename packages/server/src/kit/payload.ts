import { AppError, invalid } from "./errors.ts";

export const payloadBytesMax = 2 * 1024 * 1024;
export const payloadDepthMax = 64;

/** Refuses what cannot be stored as it was sent; answers the payload's text. */
export function checkPayload(payload: unknown, field: string): string {
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) {
    throw invalid(field, "must be an object");
  }
  const text = textOf(payload, field);
  if (
    text.length > payloadBytesMax ||
    (text.length > payloadBytesMax / 3 && Buffer.byteLength(text) > payloadBytesMax)
  ) {
    const message = `${field}: larger than ${payloadBytesMax} bytes: upload a file and attach it`;
    throw new AppError("too_large", message, { field });
  }
  if (text.includes("\\u0000") && /(?<!\\)(?:\\\\)*\\u0000/.test(text))
    throw invalid(field, "holds a NUL character, which cannot be stored");
  if (text.includes("\\ud") && /(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(text))
    throw invalid(field, "holds a lone surrogate");
  if (mayBeDeep(text) && depthOf(payload) > payloadDepthMax) {
    throw tooDeep(field);
  }
  if (maybeLossy.test(text)) checkNumbers(payload, field);
  return text;
}

/** What stands in the text where a number may have been lost: Infinity, or digits beyond the exact ones. */
const maybeLossy = /null|\d{16}|\de\+/;

function checkNumbers(value: unknown, field: string): void {
  if (typeof value === "number" && !Number.isFinite(value)) throw invalid(field, "a number must be finite");
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw invalid(field, "whole numbers beyond 2^53 lose digits in JSON: send this one as text");
  }
  if (!isContainer(value)) return;
  for (const [key, child] of Object.entries(value)) {
    checkNumbers(child, Array.isArray(value) ? `${field}[${key}]` : `${field}.${key}`);
  }
}

/** JSON nested so deep that it cannot be written is too deep for us anyway. */
function textOf(payload: object, field: string): string {
  try {
    return JSON.stringify(payload);
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(field);
    throw error;
  }
}

function tooDeep(field: string): AppError {
  return invalid(field, `is nested deeper than ${payloadDepthMax} levels`);
}

/** Cheap and never wrong in saying no: a deep value needs that many opening brackets. */
function mayBeDeep(text: string): boolean {
  let from = -1;
  let count = 0;
  for (;;) {
    const object = text.indexOf("{", from + 1);
    const array = text.indexOf("[", from + 1);
    from = object === -1 || (array !== -1 && array < object) ? array : object;
    if (from === -1) return false;
    count += 1;
    if (count > payloadDepthMax) return true;
  }
}

/** How many objects and lists are nested in each other. */
function depthOf(value: unknown): number {
  let depth = 0;
  let level = [value].filter(isContainer);
  while (level.length > 0 && depth <= payloadDepthMax) {
    depth += 1;
    level = level.flatMap((container) => Object.values(container)).filter(isContainer);
  }
  return depth;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
