import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { AppError, invalid } from "../../kit/errors.ts";
import { refuseUnstorable } from "../../kit/json-text.ts";

/** The fields of a body are called by their own names. */
const body = { field: "body", within: "" };
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
      if (error === null) return done(refuseUnstorable(text, value, body) ?? null, value);
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
