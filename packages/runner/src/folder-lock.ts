import { createHash } from "node:crypto";
import { realpath, unlink } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Keeps a folder to this process, for as long as it lives; fails where another has it. Answers how to give it back. */
export async function lockFolder(folder: string): Promise<() => void> {
  const name = createHash("sha256")
    .update(await realpath(folder))
    .digest("hex")
    .slice(0, 24);
  const path = join(tmpdir(), `millrace-runner-${name}.sock`);
  if (await isHeld(path))
    throw new Error(`another runner works in ${folder}: a runner has a folder of its own`);
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  server.unref();
  return () => void server.close();
}

/** A socket that nobody listens on was left by a process that died. */
async function isHeld(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
