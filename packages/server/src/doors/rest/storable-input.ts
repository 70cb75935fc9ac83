import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { AppError, invalid } from "../../kit/errors.ts";

/** Deeper than anything that a verb takes. */
const levelsMax = 128;
/** Escapes that may stand for what no text can be stored with; all else is decided by the bytes. */
const maybeUnstorable = /\\u(?:0000|d[89a-f])/i;
const unstorable = /[\0\p{Surrogate}]/u;
const charsetPattern = /;\s*charset\s*=\s*"?([^\s";]+)/i;

/** Bodies are JSON in UTF-8; what is not, or what no column could hold, is refused before a verb sees it. */
export function addJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (request, bytes, done) => {
    const refusal = refusalOf(request, bytes);
    if (refusal !== undefined) return done(refusal);
    if (bytes.length === 0) return done(null, undefined);
    const text = bytes.toString("utf8");
    void parse(request, text, (error, value) => {
      if (error === null) return done(refuseUnstorable(text, value), value);
      const message = "is not JSON, or has a key __proto__ or constructor.prototype";
      done(new AppError("invalid_input", `body: ${message}`, { field: "body", cause: error }));
    });
  });
}

function refusalOf(request: FastifyRequest, bytes: Buffer): AppError | undefined {
  const charset = charsetPattern.exec(request.headers["content-type"] ?? "")?.[1] ?? "utf-8";
  if (!/^(utf-?8|us-ascii)$/i.test(charset)) {
    return new AppError("unsupported_media_type", `JSON is UTF-8 here, not ${charset}`);
  }
  if (!isUtf8(bytes)) return invalid("body", "is not UTF-8");
  const isMissing = bytes.length === 0 && request.routeOptions.schema?.body !== undefined;
  return isMissing ? invalid("body", "is empty: send JSON") : undefined;
}

/** NUL and halves of surrogate pairs are JSON but no text that PostgreSQL stores: the field is named. */
function refuseUnstorable(text: string, value: unknown): AppError | null {
  if (!maybeUnstorable.test(text)) return null;
  const places: { value: unknown; field: string; level: number }[] = [{ value, field: "", level: 1 }];
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const { field, level } = place;
    if (typeof place.value === "string" && unstorable.test(place.value)) return unstorableAt(field);
    if (typeof place.value !== "object" || place.value === null) continue;
    if (level > levelsMax) return invalid("body", `is nested deeper than ${levelsMax} levels`);
    const isList = Array.isArray(place.value);
    for (const [key, child] of Object.entries(place.value)) {
      const name = isList ? `${field}[${key}]` : field === "" ? key : `${field}.${key}`;
      if (unstorable.test(key)) return unstorableAt(field);
      places.push({ value: child, field: name, level: level + 1 });
    }
  }
  return null;
}

function unstorableAt(field: string): AppError {
  return invalid(field === "" ? "body" : field, "holds NUL or half a surrogate pair, which cannot be stored");
}

/** What params and queries hold beside what their schema says: no NUL, and no number that is none. */
export function checkParameters(parameters: unknown, place: string): AppError | undefined {
  for (const [name, value] of Object.entries(parameters as Record<string, unknown>)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof one === "string" && one.includes("\0"))
        return invalid(`${place}.${name}`, "must not hold NUL");
      const isNumber = typeof one !== "number" || Number.isFinite(one);
      if (!isNumber) return invalid(`${place}.${name}`, "must be a finite number");
    }
  }
  return undefined;
}
