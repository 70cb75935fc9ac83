import { fastifyCookie } from "@fastify/cookie";
import { fastifyMultipart } from "@fastify/multipart";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import {
  fastify,
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import type { Call } from "../../kit/call.ts";
import { AppError } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { Logger } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import type { Traces } from "../../kit/traces.ts";
import type { Route, RouteInput, RouteSchemas } from "../../kit/route.ts";
import { authenticateRequest, type Gate } from "./authenticate.ts";
import { trustIn } from "./client-address.ts";
import { answerBadAddress, answerBadRequest, refuseWhileClosing } from "./early-answers.ts";
import { addManners } from "./manners.ts";
import { closeConnectionsWhenIdle } from "./open-connections.ts";
import { answerError } from "./problem.ts";
import { addJsonBodies, checkParameters } from "./storable-input.ts";

export const apiPrefix = "/api/v1";
/** Bodies of one thing; batches say their own limit. */
export const bodyBytesMax = 4 * 1024 * 1024;
/** A connection on which nothing moves is cut; long polls answer sooner, and streams say something sooner. */
const socketIdleMs = 75_000;
/** A whole request, a large upload included, arrives within this. */
const requestArrivesWithinMs = 3_600_000;
/** Who sends headers a byte at a time does not keep a connection. */
const headersArriveWithinMs = 10_000;
const headerBytesMax = 16 * 1024;
const requestIdPattern = /^[\w.-]{8,64}$/;

export interface RestOptions {
  routes: readonly Route[];
  gate: Gate;
  metrics: Metrics;
  /** Without it no spans are made. */
  traces?: Traces;
  log: Logger;
  trustedProxies: string[];
  corsOrigins: string[];
  /** A client that takes longer to send its headers is cut off; 10 s if not given. */
  headersWithinMs?: number;
}

/** The REST face: every route of the table, and nothing that is not in it. It decides nothing. */
export async function createRest(options: RestOptions): Promise<FastifyInstance> {
  const { headersWithinMs = headersArriveWithinMs } = options;
  const app = fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustedProxies.length === 0 ? false : trustIn(options.trustedProxies),
    bodyLimit: bodyBytesMax,
    routerOptions: { maxParamLength: 300 },
    http: {
      maxHeaderSize: headerBytesMax,
      headersTimeout: headersWithinMs,
      connectionsCheckingInterval: headersWithinMs / 2,
    },
    frameworkErrors: answerBadAddress,
    clientErrorHandler: answerBadRequest,
    genReqId: (request) => requestIdOf(request.headers["x-request-id"]),
    return503OnClosing: false,
    connectionTimeout: socketIdleMs,
    requestTimeout: requestArrivesWithinMs,
  }) as unknown as FastifyInstance;
  app.setValidatorCompiler(({ schema, httpPart }) => validatorOf(httpPart, schema as object));
  // The schemas of replies describe; they do not serialise: the native way is several times faster on open objects.
  app.setSerializerCompiler(() => (reply) => JSON.stringify(reply));
  await app.register(fastifyCookie);
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    answerError(
      new AppError("not_found", `There is no ${request.method} ${request.url.split("?")[0]}`),
      request,
      reply,
    );
  });
  await addManners(app, options);
  refuseWhileClosing(app);
  closeConnectionsWhenIdle(app);
  addJsonBodies(app);
  app.addHook("onResponse", (request, reply, done) => {
    observe(options, request, reply);
    done();
  });
  for (const route of options.routes) if (route.body !== "stream") addRoute(app, route, options);
  await app.register((room) => addStreamRoutes(room, options));
  return app;
}

/**
 * In a room of their own, where no parser touches a body: `request.body` is the stream, or `request.parts()` a form's.
 */
async function addStreamRoutes(room: FastifyInstance, options: RestOptions): Promise<void> {
  room.removeAllContentTypeParsers();
  room.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  await room.register(fastifyMultipart);
  for (const route of options.routes) if (route.body === "stream") addRoute(room, route, options);
}

const calls = new WeakMap<FastifyRequest, Call>();

const ajvOptions = {
  removeAdditional: false,
  useDefaults: true,
  allErrors: false,
  strictTypes: false,
} as const;
const bodies = withFormats(new Ajv({ ...ajvOptions, coerceTypes: false }));
const texts = withFormats(new Ajv({ ...ajvOptions, coerceTypes: "array" }));

/** Parameters are text on the wire and are converted; in a body a number in quotes is a mistake. */
function validatorOf(part: string | undefined, schema: object): ValidateFunction {
  if (part === "body") return bodies.compile(schema);
  const place = part === "querystring" ? "query" : "params";
  const check = texts.compile(schema);
  const validate = (input: unknown) => {
    if (check(input)) return { value: input, error: checkParameters(input, place) };
    validate.errors = check.errors;
    return false;
  };
  validate.errors = check.errors;
  return validate as unknown as ValidateFunction;
}

function withFormats(ajv: Ajv): Ajv {
  formats.default(ajv, ["date-time", "uri", "email"]);
  return ajv;
}

/** Adds a route under a prefix: who may take it is found out before anything of it is read. */
export function addRoute(
  app: FastifyInstance,
  route: Route,
  { traces, ...options }: Pick<RestOptions, "gate" | "traces">,
  prefix = apiPrefix,
): void {
  // It goes on until the client goes away, so there is nothing that HEAD could ask of it.
  const endless = route.waits === true && route.body === "stream";
  app.route({
    method: route.method,
    url: prefix + route.path,
    schema: {
      operationId: route.operation,
      summary: route.summary,
      tags: [route.tag],
      ...(route.schemas.params === undefined ? {} : { params: route.schemas.params }),
      ...(route.schemas.query === undefined ? {} : { querystring: route.schemas.query }),
      ...(route.schemas.body === undefined ? {} : { body: route.schemas.body }),
      response: route.replies,
      // The reference tells of what stands under its own prefix.
      ...(prefix === apiPrefix ? {} : { hide: true }),
    },
    config: { operation: route.operation, endless },
    ...(endless ? { exposeHeadRoute: false } : {}),
    ...(route.method === "GET" && route.body !== "stream" ? { compress: {} } : {}),
    ...(route.bodyLimitBytes === undefined ? {} : { bodyLimit: route.bodyLimitBytes }),
    // Before the body is read: nobody unknown makes us parse anything.
    onRequest: async (request, reply) => {
      calls.set(request, await authenticateRequest(options.gate, route, request, reply));
    },
    handler: async (request, reply) => {
      const call = calls.get(request)!;
      const { params, query, body } = request;
      const input = { params, query, body, request, reply } as unknown as RouteInput<RouteSchemas>;
      const act = () => route.run(call, input);
      const answer = await (traces === undefined ? act() : traces.span(route.operation, request, act));
      if (reply.sent) return reply;
      const status = Number(Object.keys(route.replies)[0]);
      void reply.code(reply.statusCode === 200 ? status : reply.statusCode);
      return answer;
    },
  });
}

function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === "string" && requestIdPattern.test(header) ? header : newId();
}

function observe({ metrics }: RestOptions, request: FastifyRequest, reply: FastifyReply): void {
  const { operation } = request.routeOptions.config as { operation?: string };
  metrics.requests.labels(operation ?? "none", String(reply.statusCode)).observe(reply.elapsedTime / 1000);
}
