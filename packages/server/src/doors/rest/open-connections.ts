import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/**
 * When the server stops, ends each connection as soon as nothing is asked on it: at once, or after the last answer.
 * Node's own way leaves those on which nothing was ever asked, and those whose answer was on its way.
 */
export function closeConnectionsWhenIdle(app: FastifyInstance): void {
  const asked = new Map<Socket, number>();
  let closing = false;
  const count = (socket: Socket, change: number) => {
    const requests = (asked.get(socket) ?? 0) + change;
    if (asked.has(socket)) asked.set(socket, requests);
    if (closing && requests === 0) socket.destroySoon();
  };
  app.server.on("connection", (socket: Socket) => {
    asked.set(socket, 0);
    socket.once("close", () => asked.delete(socket));
  });
  app.server.on("request", ({ socket }, response) => {
    count(socket, 1);
    response.once("close", () => count(socket, -1));
  });
  // From here on it is no connection of HTTP.
  app.server.on("upgrade", ({ socket }) => asked.delete(socket));
  app.addHook("preClose", (done) => {
    closing = true;
    for (const socket of asked.keys()) count(socket, 0);
    done();
  });
}
