import type { Duplex } from "node:stream";
import { newId } from "../../kit/ids.ts";
import type { Logger } from "../../kit/log.ts";
import { appErrorOf, problemOf } from "../rest/problem.ts";

/** An answer in place of the upgrade; a client that leaves the connection open does not keep it. */
export function refuseUpgrade(socket: Duplex, thrown: unknown, log: Logger): void {
  const error = appErrorOf(thrown);
  const requestId = newId();
  if (error.status >= 500) log.error({ err: thrown, reqId: requestId }, error.message);
  else log.debug({ err: error, reqId: requestId }, error.message);
  const body = JSON.stringify(problemOf(error, requestId));
  const { retryAfterSeconds } = error.details;
  const challenge = error.code === "unauthenticated" ? "www-authenticate: Bearer\r\n" : "";
  const again = retryAfterSeconds === undefined ? "" : `retry-after: ${retryAfterSeconds}\r\n`;
  socket.once("finish", () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${error.status} ${error.title}\r\ncontent-type: application/problem+json\r\n${challenge}${again}` +
      `content-length: ${Buffer.byteLength(body)}\r\nx-content-type-options: nosniff\r\n` +
      `cache-control: no-store\r\nconnection: close\r\n\r\n${body}`,
  );
}
