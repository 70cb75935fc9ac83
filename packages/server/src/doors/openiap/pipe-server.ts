import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../../kit/errors.ts";

/** Where clients look for the pipe of this name: `pipe://localhost/name`. */
export function pathOfPipe(name: string): string {
  return process.platform === "win32" ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `CoreFxPipe_${name}`);
}

/** Listens on a pipe (a unix socket where there are none) for programs of the user that the server runs as. */
export async function listenOnPipe(path: string, onConnection: (socket: Socket) => void): Promise<Server> {
  if (process.platform !== "win32") await removeAbandoned(path);
  const server = createServer({ allowHalfOpen: true }, onConnection);
  server.listen(path);
  await once(server, "listening");
  if (process.platform !== "win32") chmodSync(path, 0o600);
  return server;
}

/** A server that was killed leaves its socket, on which nobody listens any more. */
async function removeAbandoned(path: string): Promise<void> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ECONNREFUSED") rmSync(path);
    else if (code !== "ENOENT") throw error;
    return;
  }
  socket.destroy();
  throw new AppError("conflict", `Another server listens on the pipe ${path}: give this one another name`);
}
