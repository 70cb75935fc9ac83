import type { Socket } from "node:net";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import { addSecurityHeaders, securityHeaders } from "./manners.ts";
import { answerError, problemOf } from "./problem.ts";

/** Answers what never comes to a route: an address that cannot be read. */
export function answerBadAddress(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  addSecurityHeaders(request, reply);
  answerError(error, request, reply);
}

/** Answers bytes that are no request, on a connection that is then of no use any more. */
export function answerBadRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) return void socket.destroy();
  const { status, ...problem } = problemOfParser(error);
  const body = JSON.stringify({ ...problem, status });
  const headers = {
    ...securityHeaders,
    "content-type": "application/problem+json; charset=utf-8",
    "content-length": String(Buffer.byteLength(body)),
    "x-request-id": problem.requestId,
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${problem.title}\r\n${lines.join("")}\r\n${body}`);
  socket.destroySoon();
}

function problemOfParser({ code }: NodeJS.ErrnoException) {
  switch (code) {
    case "HPE_HEADER_OVERFLOW": {
      const error = new AppError("too_large", "headers: are larger than 16 KiB", { field: "headers" });
      return { ...problemOf(error, newId()), status: 431 };
    }
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return problemOf(new AppError("timed_out", "The request did not arrive in time"), newId());
    default:
      return problemOf(new AppError("invalid_input", "This is no HTTP request"), newId());
  }
}

/** While the server stops, what was taken is answered, streams without an end are ended, and no more is taken. */
export function refuseWhileClosing(app: FastifyInstance): void {
  const endless = new Set<FastifyReply>();
  let closing = false;
  app.addHook("preClose", (done) => {
    closing = true;
    for (const reply of endless) reply.raw.end();
    done();
  });
  app.addHook("onRequest", (request, reply, done) => {
    if (closing) {
      const way = { retryAfterSeconds: 1 };
      return done(new AppError("unavailable", "The server stops: ask again in a moment", way));
    }
    if ((request.routeOptions.config as { endless?: boolean }).endless === true) {
      endless.add(reply);
      reply.raw.once("close", () => endless.delete(reply));
    }
    done();
  });
}
