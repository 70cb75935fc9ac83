import type { Json, JsonObject } from "@millrace/workflow";
import { askHttp, type HttpResponse } from "./http-client.ts";
import type { Effect, EffectInput } from "./effects.ts";
import { EffectError, outsideError } from "./model.ts";

/** What the standard's `call: http` takes, once expressions are values. */
interface HttpArguments {
  method?: Json;
  endpoint?: Json;
  headers?: Json;
  query?: Json;
  body?: Json;
  output?: Json;
  redirect?: Json;
  authentication?: Json;
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);
const bodyTextPattern = /^(text\/|application\/(xml|javascript|x-www-form-urlencoded)|[^;]*\+xml)/i;

/** The standard's `call: http`. An answer of another status than 2xx raises an error; `redirect` allows 3xx too. */
export const callHttp: Effect = { run: askFor };

async function askFor(input: EffectInput): Promise<Json> {
  const given = input.arguments as HttpArguments;
  const method = textOf(given.method, "method").toUpperCase();
  const url = urlOf(given);
  const headers = headersOf(given, input, method);
  const body = bodyOf(given.body, headers);
  const isRedirected = given.redirect === true || given.redirect === undefined;
  const response = await askHttp(
    { method, url, headers, body, signal: input.signal },
    { redirect: isRedirected },
  );
  const isGood = response.status < 300 || (given.redirect === true && response.status < 400);
  if (!isGood) throw refused(response, method);
  return outputOf(given.output, response, { method, headers });
}

function urlOf({ endpoint, query }: HttpArguments): URL {
  const uri = isObject(endpoint) ? endpoint.uri : endpoint;
  const url = URL.parse(textOf(uri ?? null, "endpoint"));
  if (url === null) throw wrong("endpoint", `${JSON.stringify(uri)} is no address`);
  if (isObject(query)) {
    for (const [name, value] of Object.entries(query)) {
      for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, plain(one));
    }
  }
  return url;
}

function headersOf(
  given: HttpArguments,
  { idempotencyKey }: EffectInput,
  method: string,
): Record<string, string> {
  const headers: Record<string, string> = { accept: "application/json, */*;q=0.8", "user-agent": "millrace" };
  if (!safeMethods.has(method)) headers["idempotency-key"] = `"${idempotencyKey}"`;
  Object.assign(
    headers,
    authorizationOf(
      given.authentication ?? (isObject(given.endpoint) ? given.endpoint.authentication : undefined),
    ),
  );
  if (isObject(given.headers)) {
    for (const [name, value] of Object.entries(given.headers)) headers[name.toLowerCase()] = plain(value);
  }
  const bad = Object.entries(headers).find(
    ([name, value]) => !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[\r\n\0]/.test(value),
  );
  if (bad !== undefined) throw wrong("headers", `${JSON.stringify(bad[0])} is no header`);
  return headers;
}

function authorizationOf(policy: Json | undefined): Record<string, string> {
  if (!isObject(policy)) return {};
  const { basic, bearer } = policy;
  if (isObject(basic)) {
    const { username, password } = basic;
    const pair = `${textOf(username ?? null, "basic.username")}:${textOf(password ?? null, "basic.password")}`;
    return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
  }
  if (bearer !== undefined) {
    const token = isObject(bearer) ? bearer.token : bearer;
    return { authorization: `Bearer ${textOf(token ?? null, "bearer.token")}` };
  }
  throw wrong(
    "authentication",
    `${Object.keys(policy).join(", ")} cannot be used here; basic and bearer can`,
  );
}

function bodyOf(body: Json | undefined, headers: Record<string, string>): Buffer | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === "string" && headers["content-type"] !== undefined && !isJson(headers["content-type"])) {
    return Buffer.from(body);
  }
  headers["content-type"] ??= "application/json";
  return Buffer.from(JSON.stringify(body));
}

function outputOf(
  output: Json | undefined,
  { status, headers, body, url }: HttpResponse,
  asked: { method: string; headers: Record<string, string> },
): Json {
  if (output === "raw") return body.toString("base64");
  const content = contentOf(body, headers["content-type"] ?? "");
  if (output !== "response") return content;
  const { authorization: _secret, ...shown } = asked.headers;
  return {
    request: { method: asked.method, uri: url.href, headers: shown },
    statusCode: status,
    headers,
    content,
  };
}

/** JSON as it is, texts as text, everything else in base64. */
function contentOf(body: Buffer, type: string): Json {
  if (body.length === 0) return null;
  if (isJson(type) || type === "") {
    try {
      return JSON.parse(body.toString("utf8")) as Json;
    } catch {
      if (type !== "")
        throw new EffectError(
          outsideError("communication", 500, "the answer says that it is JSON and is not"),
        );
      return body.toString("utf8");
    }
  }
  return bodyTextPattern.test(type) ? body.toString("utf8") : body.toString("base64");
}

const isJson = (type: string) => /^application\/([^;]*\+)?json\b/i.test(type);

function refused({ status, headers, body, url }: HttpResponse, method: string): EffectError {
  const told = isJson(headers["content-type"] ?? "") || bodyTextPattern.test(headers["content-type"] ?? "");
  const words = told ? `: ${body.toString("utf8").slice(0, 500)}` : "";
  // Without what may be secret in the address.
  const where = `${url.origin}${url.pathname}`;
  return new EffectError(
    outsideError("communication", status, `${method} ${where} answered ${status}${words}`),
  );
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: Json | undefined, field: string): string {
  if (typeof value === "string") return value;
  throw wrong(field, "must be text");
}

function plain(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function wrong(field: string, message: string): EffectError {
  return new EffectError(outsideError("configuration", 400, `${field}: ${message}`));
}
