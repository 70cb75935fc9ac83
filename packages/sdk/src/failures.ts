import { BusinessError } from "./errors.ts";

const messageCharactersMax = 10_000;
const sourceCharactersMax = 500;

/** Whatever was thrown, as an error. */
export function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** What the server keeps of a failure: within its limits, and without what PostgreSQL cannot store. */
export function described(thrown: unknown): { message: string; source?: string } {
  const error = errorOf(thrown);
  const source = thrown instanceof BusinessError ? thrown.source : undefined;
  const message = storable(error.message, messageCharactersMax) || error.name;
  return source === undefined ? { message } : { message, source: storable(source, sourceCharactersMax) };
}

function storable(text: string, charactersMax: number): string {
  return text
    .slice(0, charactersMax)
    .replaceAll(/\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "�");
}
