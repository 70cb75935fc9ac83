import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { databaseUser, defaultDatabase } from "./postgres-cluster.ts";
import { findPostmaster } from "./postmaster.ts";

/** Where the embedded PostgreSQL of this data folder answers, if it runs. */
export function urlOfRunning(dataDir: string): string | undefined {
  const clusterDir = join(dataDir, "postgres");
  const passwordFile = join(dataDir, "postgres.password");
  if (!existsSync(clusterDir) || !existsSync(passwordFile)) return undefined;
  const realDir = realpathSync(clusterDir);
  if (findPostmaster(realDir) === undefined) return undefined;
  // The server's own note: line 4 is its port, line 5 the folder of its socket.
  const [, , , port = "", socketDir = ""] = readFileSync(join(realDir, "postmaster.pid"), "utf8").split("\n");
  const where = `${encodeURIComponent(socketDir.trim())}:${port.trim()}/${defaultDatabase}`;
  return `postgres://${databaseUser}:${readFileSync(passwordFile, "utf8").trim()}@${where}`;
}
