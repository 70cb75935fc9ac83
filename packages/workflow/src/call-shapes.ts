import {
  authentication,
  duration,
  endpoint,
  expressionText,
  externalResource,
  orExpressionText,
} from "./part-shapes.ts";
import { anything, every, flag, integer, list, namedParts, object, type Shape, text, word } from "./shape.ts";
import { isObject } from "./json.ts";

/** What the standard's own calls take under `with`. */

const open = object({}, { isOpen: true });
const texts = namedParts(text());

const httpOutput = word("raw", "content", "response");

const http = object(
  {
    method: text(),
    endpoint,
    headers: orExpressionText(texts),
    body: anything,
    query: orExpressionText(texts),
    output: httpOutput,
    redirect: flag,
    authentication,
  },
  { required: ["method", "endpoint"] },
);

const openapi = object(
  {
    document: externalResource,
    operationId: text(),
    parameters: open,
    authentication,
    output: httpOutput,
    redirect: flag,
  },
  { required: ["document", "operationId"] },
);

const hostname = text({
  pattern: /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]{0,61}[a-zA-Z0-9])?$/,
  what: "the name of a host",
  orExpression: true,
});

const grpc = object(
  {
    proto: externalResource,
    service: object(
      { name: text(), host: hostname, port: integer({ min: 0, max: 65_535 }), authentication },
      { required: ["name", "host"] },
    ),
    method: text(),
    arguments: open,
  },
  { required: ["proto", "service", "method"] },
);

const protocols = word(
  "amqp",
  "amqp1",
  "anypointmq",
  "googlepubsub",
  "http",
  "ibmmq",
  "jms",
  "kafka",
  "mercure",
  "mqtt",
  "mqtt5",
  "nats",
  "pulsar",
  "redis",
  "sns",
  "solace",
  "sqs",
  "stomp",
  "ws",
);

const consume = object(
  {
    for: duration,
    amount: integer({ min: 1 }),
    while: expressionText,
    until: expressionText,
  },
  { exactlyOne: ["amount", "while", "until"] },
);

/** `foreach` holds tasks, so the tasks' shapes give it. */
function asyncapi(foreach: Shape): Shape {
  return every(
    object(
      {
        document: externalResource,
        channel: text(),
        operation: text(),
        server: object({ name: text(), variables: open }, { required: ["name"] }),
        protocol: protocols,
        message: object({ payload: open, headers: open }),
        subscription: object({ filter: expressionText, consume, foreach }, { required: ["consume"] }),
        authentication,
      },
      { required: ["document"], exactlyOne: ["operation", "channel"] },
    ),
    object({}, { isOpen: true, exactlyOne: ["message", "subscription"] }),
  );
}

const a2aMethods = word(
  "message/send",
  "message/stream",
  "tasks/get",
  "tasks/list",
  "tasks/cancel",
  "tasks/resubscribe",
  "tasks/pushNotificationConfig/set",
  "tasks/pushNotificationConfig/get",
  "tasks/pushNotificationConfig/list",
  "tasks/pushNotificationConfig/delete",
  "agent/getAuthenticatedExtendedCard",
);

const parameters = orExpressionText(open);

const a2a = object(
  { agentCard: externalResource, server: endpoint, method: a2aMethods, parameters },
  { required: ["method"] },
);

const mcpTransport = object(
  {
    http: object({ endpoint, headers: texts }, { required: ["endpoint"] }),
    stdio: object(
      { command: text(), arguments: list(text()), environment: texts },
      { required: ["command"] },
    ),
    options: texts,
  },
  { exactlyOne: ["http", "stdio"] },
);

const mcp = object(
  {
    protocolVersion: text(),
    method: word(
      "tools/list",
      "tools/call",
      "prompts/list",
      "prompts/get",
      "resources/list",
      "resources/read",
      "resources/templates/list",
    ),
    parameters,
    timeout: duration,
    transport: mcpTransport,
    client: object({ name: text(), version: text() }, { required: ["name", "version"] }),
  },
  { required: ["method", "transport"] },
);

export const standardCalls = ["http", "grpc", "openapi", "asyncapi", "a2a", "mcp"] as const;
export type StandardCall = (typeof standardCalls)[number];

export function isStandardCall(name: string): name is StandardCall {
  return (standardCalls as readonly string[]).includes(name);
}

/** The shape of `with` by what is called; functions of other names take any object. */
export function callArguments(foreach: Shape): (name: string) => Shape {
  const shapes: Record<StandardCall, Shape> = { http, grpc, openapi, asyncapi: asyncapi(foreach), a2a, mcp };
  return (name) => (isStandardCall(name) ? shapes[name] : open);
}

/** The calls that cannot go without arguments. */
export const argumentsRequired: Shape = (value, pointer, report) => {
  if (!isObject(value) || typeof value.call !== "string" || !isStandardCall(value.call)) return;
  if (!Object.hasOwn(value, "with")) report("missing", pointer, "`with` is missing", "key");
};
