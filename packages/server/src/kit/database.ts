import assert from "node:assert";
import type { Writable } from "node:stream";
import pg from "pg";
import type { Call } from "./call.ts";
import { isRetryable, toAppError } from "./database-errors.ts";
import type { Logger } from "./log.ts";
import { type Sql, sql, textOf } from "./sql.ts";

export interface Queryable {
  /** Runs one statement and returns its rows. */
  query<Row>(statement: Sql): Promise<Row[]>;
}

export interface Tx extends Queryable {
  /** Runs `act` once the transaction is committed; never when it is rolled back. */
  afterCommit(act: () => void): void;
  /**
   * Sends the commit right behind the statements sent so far, without waiting for their answers: a round trip saved.
   * If one of them fails nothing is committed. No statement may follow.
   */
  commitBehind(): void;
}

export interface DatabaseOptions {
  url: string;
  log: Logger;
  /** Connections for writing and for reading, each. */
  connectionsMax?: number;
  /** A statement that runs longer is stopped. */
  statementTimeoutMs?: number;
}

const transactionTriesMax = 4;
/** For a database that does not answer; a call that waits its turn behind others may wait longer. */
const connectTimeoutMs = 2_000;
const turnTimeoutMs = 10_000;
const writerSettings = ["enable_seqscan=off", "enable_hashjoin=off", "enable_mergejoin=off", "jit=off"]
  .concat("plan_cache_mode=force_generic_plan")
  .map((setting) => `-c ${setting}`)
  .join(" ");

/** The one database of a node: a pool that writes, a pool that reads under row-level security, and writer lanes. */
export class Database {
  readonly #writers: pg.Pool;
  readonly #readers: pg.Pool;
  readonly #lanes: Lane[] = [];
  readonly #options: Required<DatabaseOptions>;
  #isClosing = false;

  constructor(options: DatabaseOptions) {
    this.#options = { connectionsMax: 12, statementTimeoutMs: 30_000, ...options };
    this.#writers = this.#pool("writer", "");
    this.#readers = this.#pool("reader", "-c role=millrace_reader -c default_transaction_read_only=on");
  }

  /** Runs one statement of the house's own, as the owner of the tables. */
  async query<Row>(statement: Sql): Promise<Row[]> {
    return withClient(this.#writers, (client) => run<Row>(client, statement));
  }

  /** Reads for a caller: the tenant is set and the statement sent in one round trip, under row-level security. */
  read(call: Pick<Call, "tenantId">): Queryable {
    return {
      query: <Row>(statement: Sql) =>
        withClient(this.#readers, (client) => {
          void setTenant(client, call.tenantId);
          return run<Row>(client, statement);
        }),
    };
  }

  /** Reads page after page of a cursor for a caller, `pageSize` rows at a time; memory stays bounded. */
  async *readPages<Row>(
    call: Pick<Call, "tenantId">,
    statement: Sql,
    pageSize: number,
  ): AsyncGenerator<Row[]> {
    const client = await connect(this.#readers);
    try {
      void setTenant(client, call.tenantId);
      void client.query("begin read only").catch(ignoreHere);
      await client.query({
        text: `declare pages no scroll cursor for ${textOf(statement)}`,
        values: [...statement.values],
      });
      for (;;) {
        const page = await client.query(`fetch ${pageSize} from pages`);
        if (page.rows.length === 0) break;
        yield page.rows as Row[];
      }
    } catch (error) {
      throw toAppError(error);
    } finally {
      await finish(client, "rollback");
    }
  }

  /** Runs `act` in a transaction; a deadlock or serialization failure runs it again from the start. */
  async transaction<T>(act: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const client = await connect(this.#writers);
      try {
        return await inTransaction(client, act);
      } catch (error) {
        if (attempt === transactionTriesMax || !isRetryable(error)) throw toAppError(error);
      } finally {
        release(client);
      }
    }
  }

  /** A session of its own for one kind of hot, set-based statement: index plans only, prepared once, pipelined. */
  lane(name: string): Lane {
    const lane = new Lane(() => this.#connection(`lane:${name}`, writerSettings), this.#options.log);
    this.#lanes.push(lane);
    return lane;
  }

  /** A session of its own outside the pools (LISTEN, advisory locks). The caller ends it. */
  async session(name: string): Promise<pg.Client> {
    const client = new pg.Client(this.#connection(name, ""));
    client.on("error", ignoreHere);
    await client.connect().catch((error: unknown) => {
      throw toAppError(error);
    });
    return client;
  }

  /** Resolves when the database answers. */
  async ping(): Promise<void> {
    await this.query(sql`select 1`);
  }

  /** Waits for what runs, then closes every connection. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all(this.#lanes.map((lane) => lane.close()));
    await Promise.all([this.#writers.end(), this.#readers.end()]);
  }

  #pool(name: string, settings: string): pg.Pool {
    const pool = new pg.Pool({
      ...this.#connection(name, settings),
      max: this.#options.connectionsMax,
      // The pool's own limit counts the wait for a free connection in.
      connectionTimeoutMillis: turnTimeoutMs,
      // The types know of no client that takes its settings; the pool hands them over.
      Client: QuickClient as unknown as new () => pg.ClientBase,
    });
    // The pool listens only while a client is idle; a client that breaks at work would end the process.
    pool.on("connect", (client) => client.on("error", ignoreHere));
    pool.on("error", ({ message }) => {
      // Of pg's error only the message: it carries the whole client. At the end the server may be quicker than we are.
      if (!this.#isClosing)
        this.#options.log.warn({ reason: message, pool: name }, "an idle database connection broke");
    });
    return pool;
  }

  #connection(name: string, settings: string): pg.PoolConfig & { pipeline: boolean } {
    const { statementTimeoutMs } = this.#options;
    const timeouts = `-c statement_timeout=${statementTimeoutMs} -c idle_in_transaction_session_timeout=60000`;
    return {
      connectionString: this.#options.url,
      application_name: `millrace ${name}`,
      options: `-c timezone=UTC -c search_path=pg_catalog,public ${timeouts} ${settings}`,
      connectionTimeoutMillis: connectTimeoutMs,
      pipeline: true,
      types: { getTypeParser },
    };
  }
}

/** Gives up on a database that does not answer before its pool gives up on a turn. */
class QuickClient extends pg.Client {
  constructor(config: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: connectTimeoutMs });
  }
}

/** One pipelined session that runs one transaction after another; it reconnects by itself when it broke. */
export class Lane implements Queryable {
  readonly #connection: () => pg.ClientConfig;
  readonly #log: Logger;
  #client: Promise<pg.Client> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(connection: () => pg.ClientConfig, log: Logger) {
    this.#connection = connection;
    this.#log = log;
  }

  /** Runs `act` in a transaction after those before it are done; deadlocks are run again. */
  transaction<T>(act: (tx: Tx) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.#tryTransaction(act));
    this.#last = result.catch(ignoreHere);
    return result;
  }

  /** Runs one statement outside of any transaction of the lane's; those that come together share a round trip. */
  async query<Row>(statement: Sql): Promise<Row[]> {
    try {
      return await run<Row>(await this.#connect(), statement);
    } catch (error) {
      throw toAppError(error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
    const client = await this.#client?.catch(ignoreHere);
    await client?.end().catch(ignoreHere);
  }

  async #tryTransaction<T>(act: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await inTransaction(await this.#connect(), act);
      } catch (error) {
        if (attempt === transactionTriesMax || !isRetryable(error)) throw toAppError(error);
      }
    }
  }

  #connect(): Promise<pg.Client> {
    if (this.#closed) throw new Error("the lane is closed");
    if (this.#client !== undefined) return this.#client;
    // A broken session tells of its end more than once, the last time when another may have taken its place.
    const opening: Promise<pg.Client> = this.#open(() => {
      if (this.#client === opening) this.#client = undefined;
    });
    this.#client = opening;
    return opening;
  }

  async #open(forget: () => void): Promise<pg.Client> {
    const client = new pg.Client(this.#connection());
    client.on("error", (error) => {
      this.#log.warn({ err: error }, "a writer lane lost its connection");
      forget();
    });
    client.on("end", forget);
    try {
      await client.connect();
      return client;
    } catch (error) {
      forget();
      throw error;
    }
  }
}

async function inTransaction<T>(client: pg.ClientBase, act: (tx: Tx) => Promise<T>): Promise<T> {
  const acts: (() => void)[] = [];
  let committing: Promise<pg.QueryResult> | undefined;
  let isOver = false;
  const begun = send(client, { text: "begin" });
  begun.catch(ignoreHere);
  let result: T;
  try {
    result = await act({
      query: async (statement) => {
        // What goes on beside a statement that failed must not write on its own after the rollback.
        assert(committing === undefined && !isOver, "a statement after its transaction's end was sent");
        return run(client, statement);
      },
      afterCommit: (afterwards) => acts.push(afterwards),
      commitBehind: () => {
        committing = send(client, { text: "commit" });
        committing.catch(ignoreHere);
      },
    });
    await begun;
  } catch (error) {
    isOver = true;
    await (committing ?? send(client, { text: "rollback" })).catch(ignoreHere);
    throw error;
  }
  isOver = true;
  const committed = await (committing ?? send(client, { text: "commit" }));
  if (committed.command !== "COMMIT") throw new Error("the transaction was rolled back instead of committed");
  for (const afterwards of acts) afterwards();
  return result;
}

async function run<Row>(client: pg.ClientBase, statement: Sql): Promise<Row[]> {
  const { values, name } = statement;
  const result = await send(client, { text: textOf(statement), values: [...values], name });
  return result.rows as Row[];
}

const gathering = new WeakSet<pg.ClientBase>();

/**
 * Statements that are sent to one session in the same turn go out together: one system call, and one waking of the
 * server's process, instead of one for each. It was a quarter of this process's time.
 */
function send(client: pg.ClientBase, query: pg.QueryConfig): Promise<pg.QueryResult> {
  if (!gathering.has(client)) {
    const { stream } = (client as pg.ClientBase & { connection: { stream: Writable } }).connection;
    gathering.add(client);
    stream.cork();
    process.nextTick(() => {
      gathering.delete(client);
      stream.uncork();
    });
  }
  return client.query(query);
}

/** Not awaited by callers: it goes out ahead of the next statement on the same session, in the same round trip. */
function setTenant(client: pg.ClientBase, tenantId: string): Promise<unknown> {
  const set = send(client, {
    name: "set_tenant",
    text: "select set_config('millrace.tenant_id', $1, false)",
    values: [tenantId],
  });
  return set.catch(ignoreHere);
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw toAppError(error);
  }
}

async function withClient<T>(pool: pg.Pool, act: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await connect(pool);
  try {
    return await act(client);
  } catch (error) {
    throw toAppError(error);
  } finally {
    release(client);
  }
}

async function finish(client: pg.PoolClient, command: string): Promise<void> {
  await client.query(command).catch(ignoreHere);
  release(client);
}

/** A broken client must leave the pool; pg marks it unusable by itself once its socket has ended. */
function release(client: pg.PoolClient): void {
  const broken = (client as pg.PoolClient & { _queryable?: boolean; _ending?: boolean })._queryable === false;
  client.release(broken);
}

/** The failure reaches the caller by the statement that follows on the same session. */
function ignoreHere(): undefined {
  return undefined;
}

const int8 = 20;
const timestamptz = 1184;

/** bigint comes as a number (ours stay below 2^53), timestamps as ISO 8601 text with milliseconds. */
function getTypeParser(oid: number, format?: "text" | "binary"): (value: string) => unknown {
  if (oid === int8) return Number;
  if (oid === timestamptz) return isoOf;
  return pg.types.getTypeParser(oid, format) as (value: string) => unknown;
}

/** `2026-11-21 06:48:26.123456+00` → `2026-11-21T06:48:26.123Z`; the session's time zone is UTC. */
export function isoOf(text: string): string {
  const fraction = text.charAt(19) === "." ? text.slice(20, text.length - 3) : "";
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.slice(0, 3).padEnd(3, "0")}Z`;
}
