import pg from "pg";
import type { Config } from "./config.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded-postgres.ts";
import { AppError } from "./errors.ts";
import type { Logger } from "./log.ts";

const majorMin = 15;

/** The PostgreSQL that a node works on: the embedded one, or an external one that is only checked. */
export interface DatabaseServer {
  url: string;
  /** The data folder was empty: nothing is in it yet. Unknown, so false, for an external one. */
  isNew: boolean;
  embedded: EmbeddedPostgres | undefined;
  stop(): Promise<void>;
}

/** Starts the embedded PostgreSQL, or checks the one that the configuration names. */
export async function openDatabaseServer(config: Config, log: Logger): Promise<DatabaseServer> {
  if (config.databaseUrl !== undefined) return external(config.databaseUrl);
  const embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  embedded.onRestart(() => log.warn("the embedded PostgreSQL died and was started again"));
  return { url: embedded.url(), isNew: embedded.isNew, embedded, stop: () => embedded.stop() };
}

async function external(url: string): Promise<DatabaseServer> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>("show server_version_num");
    const major = Math.floor(Number(Object.values(rows[0]!)[0]) / 10_000);
    if (major < majorMin) {
      throw new AppError(
        "invalid_input",
        `MILLRACE_DATABASE_URL: PostgreSQL ${major} is too old, ${majorMin} is needed`,
      );
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const why = (error as Error).message;
    throw new AppError("unavailable", `MILLRACE_DATABASE_URL: the database is not reachable: ${why}`, {
      cause: error,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
  return { url, isNew: false, embedded: undefined, stop: async () => undefined };
}
