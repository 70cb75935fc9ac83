import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";

/** The readable reference at `/api`, and the OpenAPI page it is made from. */
export async function addReference(
  app: FastifyInstance,
  page: Record<string, unknown>,
  pagePath: string,
): Promise<void> {
  await app.register(swagger, { mode: "static", specification: { document: page as never } });
  await app.register(swaggerUi, {
    routePrefix: "/api",
    staticCSP: true,
    uiConfig: { docExpansion: "none", deepLinking: true, displayRequestDuration: true },
    theme: { title: "Millrace API" },
  });
  const text = JSON.stringify(page);
  app.get(pagePath, { schema: { hide: true } as object, compress: {} } as object, async (_request, reply) => {
    return reply.type("application/json").send(text);
  });
}
