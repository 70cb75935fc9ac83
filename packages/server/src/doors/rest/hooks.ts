import type { FastifyInstance, FastifyRequest } from "fastify";
import { hasCode } from "../../kit/errors.ts";
import {
  type HookAnswer,
  hookBytesMax,
  type HookCall,
  hookMethods,
} from "../../modules/triggers/webhook-model.ts";
import type { Gate } from "./authenticate.ts";
import { takeFromLimit } from "./manners.ts";

export interface Hooks {
  receive(call: HookCall): Promise<HookAnswer>;
}

/**
 * What the world calls: `/hooks/{tenant}/{path}`, without a token, by any method and with any body. Whose calls lead
 * nowhere, or are badly signed, is counted by his address as anybody who has not signed in.
 */
export async function addHooks(
  app: FastifyInstance,
  hooks: Hooks,
  { limitPerAddress }: Pick<Gate, "limitPerAddress">,
): Promise<void> {
  await app.register(async (room) => {
    room.removeAllContentTypeParsers();
    room.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    room.route({
      method: [...hookMethods],
      url: "/hooks/:tenant/*",
      exposeHeadRoute: false,
      bodyLimit: hookBytesMax,
      schema: { hide: true },
      config: { operation: "callHook" },
      handler: async (request, reply) => {
        try {
          const { status, body, retryAfterSeconds } = await hooks.receive(callOf(request));
          if (retryAfterSeconds !== undefined) void reply.header("retry-after", String(retryAfterSeconds));
          return await reply.code(status).type("application/json; charset=utf-8").send(JSON.stringify(body));
        } catch (error) {
          const isStranger = hasCode(error, "not_found") || hasCode(error, "unauthenticated");
          if (isStranger) takeFromLimit(limitPerAddress, request.ip, reply);
          throw error;
        }
      },
    });
  });
}

function callOf(request: FastifyRequest): HookCall {
  const { tenant, "*": path } = request.params as { tenant: string; "*": string };
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    [value ?? ""].flat().join(", "),
  ]);
  return {
    tenantId: tenant,
    path,
    method: request.method,
    query: request.query as HookCall["query"],
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    address: request.ip,
  };
}
