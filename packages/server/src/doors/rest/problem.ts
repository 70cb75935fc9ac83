import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { toAppError } from "../../kit/database-errors.ts";
import { AppError } from "../../kit/errors.ts";

/** An error as RFC 9457 problem details. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  requestId: string;
  field?: string;
  fields?: { field: string; message: string }[];
}

/** Answers any error: ours by the catalogue, Fastify's translated into it, and what is left as our own bug. */
export function answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = appErrorOf(thrown);
  if (error.status >= 500) request.log.error({ err: thrown }, error.message);
  else request.log.debug({ err: error }, error.message);
  const { retryAfterSeconds } = error.details;
  if (retryAfterSeconds !== undefined) void reply.header("retry-after", String(retryAfterSeconds));
  if (error.code === "unauthenticated") void reply.header("www-authenticate", "Bearer");
  return reply
    .code(error.status)
    .type("application/problem+json")
    .send(JSON.stringify(problemOf(error, request.id)));
}

/** The body of an error answer. */
export function problemOf(error: AppError, requestId: string): Problem {
  const { field, fields, extra } = error.details;
  return {
    type: `urn:millrace:error:${error.code}`,
    title: error.title,
    status: error.status,
    code: error.code,
    detail: error.code === "internal" ? "It was logged under this request id" : error.message,
    requestId,
    ...(field === undefined ? {} : { field }),
    ...(fields === undefined ? {} : { fields }),
    ...extra,
  };
}

/** Any thrown thing as an error of the catalogue; what is not known is ours: `internal`. */
export function appErrorOf(thrown: unknown): AppError {
  const error = toAppError(thrown);
  if (error instanceof AppError) return error;
  const fastifyError = error as FastifyError;
  if (fastifyError.validation !== undefined) return validationError(fastifyError);
  if (fastifyError.code?.startsWith("FST_")) return frameworkError(fastifyError);
  return new AppError("internal", "Something broke on our side", { cause: thrown });
}

function validationError(error: FastifyError): AppError {
  const place = error.validationContext ?? "body";
  const fields = foldChoices(error.validation ?? []).map((problem) => {
    const extra = problem.params as {
      additionalProperty?: string;
      missingProperty?: string;
      allowedValues?: unknown[];
    };
    const name = extra.additionalProperty ?? extra.missingProperty;
    const path = `${problem.instancePath}${name === undefined ? "" : `/${name}`}`;
    const allowed = extra.allowedValues === undefined ? "" : `: ${extra.allowedValues.join(", ")}`;
    const message =
      extra.additionalProperty === undefined
        ? `${problem.message ?? "is not valid"}${allowed}`
        : "is not a known field";
    return { field: fieldOf(place, path), message };
  });
  const first = fields[0] ?? { field: place, message: "is not valid" };
  return new AppError("invalid_input", `${first.field}: ${first.message}`, { field: first.field, fields });
}

type Breach = NonNullable<FastifyError["validation"]>[number];

/** A value that is none of several constants is one problem that names them all, and not one for each. */
function foldChoices(problems: Breach[]): Breach[] {
  const choices = problems.filter((problem) => problem.keyword === "const");
  return problems.flatMap((problem) => {
    const { keyword, instancePath } = problem;
    const ofPlace = choices.filter((choice) => choice.instancePath === instancePath);
    if (ofPlace.length === 0 || !["const", "anyOf"].includes(keyword)) return [problem];
    if (problem !== ofPlace[0]) return [];
    const allowedValues = ofPlace.map((choice) => choice.params["allowedValue"]);
    return [{ ...problem, message: "must be one of", params: { allowedValues } }];
  });
}

/** `/items/3/payload` in the body → `items[3].payload`; in the query → `query.limit`. */
function fieldOf(place: string, path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  const text = parts
    .map((part, index) => (/^\d+$/.test(part) ? `[${part}]` : `${index === 0 ? "" : "."}${part}`))
    .join("");
  if (place === "body") return text === "" ? "body" : text;
  const name = place === "querystring" ? "query" : place;
  return text === "" ? name : `${name}.${text}`;
}

/** Their own messages repeat whatever was sent. */
const addressFaults = new Set(["FST_ERR_BAD_URL", "FST_ERR_MAX_PARAM_LENGTH"]);

function frameworkError(error: FastifyError): AppError {
  const known: Record<string, AppError["code"]> = {
    FST_ERR_CTP_BODY_TOO_LARGE: "too_large",
    FST_ERR_CTP_INVALID_MEDIA_TYPE: "unsupported_media_type",
    FST_ERR_NOT_FOUND: "not_found",
    FST_REQ_FILE_TOO_LARGE: "too_large",
  };
  const code = known[error.code] ?? ((error.statusCode ?? 500) < 500 ? "invalid_input" : "internal");
  const message = addressFaults.has(error.code) ? "The address cannot be read" : error.message;
  return new AppError(code, message, { cause: error });
}
