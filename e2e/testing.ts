import { connect, type Socket } from "node:net";
import pg from "pg";
import { pino } from "pino";
import { createTestDatabase, temporaryFolder } from "../packages/server/src/kit/testing.ts";
import { type Config, readConfig, type RunningServer, startServer } from "../packages/server/src/main.ts";

type Settings = Partial<Record<keyof Config, string>>;

/** A whole server in this process, on a database of its own, with the first admin's token. */
export interface TestServer {
  url: string;
  token: string;
  databaseUrl: string;
  running: RunningServer;
  /** What was logged as an error. */
  failures: string[];
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  sql<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // The tests look into answers of every shape.
  body: Record<string, unknown> & { items: Record<string, unknown>[] };
}

export async function startTestServer(settings: Settings = {}): Promise<TestServer> {
  const database = await createTestDatabase();
  const server = await startNode(database.url, settings);
  const token = await firstToken(server.running);
  return {
    ...server,
    token,
    ask: (method, path, body, headers) =>
      ask(server.running.address, method, path, body, { authorization: `Bearer ${token}`, ...headers }),
    stop: async () => {
      await server.running.stop();
      await database.drop();
    },
  };
}

/** Nodes of one database share it. */
const rootKey = "5a".repeat(32);

/** One more node on a database; the caller stops it. */
export async function startNode(databaseUrl: string, settings: Settings = {}) {
  const failures: string[] = [];
  const log = pino({ level: "error" }, { write: (line) => failures.push(line) });
  const common = { databaseUrl, dataDir: temporaryFolder(), rootKey, port: "0" };
  const config = readConfig({}, { ...common, ...settings });
  const running = await startServer(config, log);
  const sql = <Row>(text: string, values: unknown[] = []) => query<Row>(databaseUrl, text, values);
  return { running, url: running.address, databaseUrl, failures, sql };
}

/** One request; a text is sent as it is. */
export async function ask(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    redirect: "manual",
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true;
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} };
}

/** A signed-in browser: its cookie and the token that only its page can read. */
export async function signIn(
  url: string,
  { userName, password }: { userName: string; password: string },
): Promise<{ cookie: string; csrfToken: string }> {
  const answer = await ask(url, "POST", "/api/v1/session", { name: userName, password });
  const cookie = answer.headers.getSetCookie()[0]!.split(";")[0]!;
  return { cookie, csrfToken: String(answer.body["csrfToken"]) };
}

async function firstToken({ address, firstAdmin }: RunningServer): Promise<string> {
  const { cookie, csrfToken } = await signIn(address, firstAdmin!);
  const headers = { cookie, "x-csrf-token": csrfToken };
  const made = await ask(address, "POST", "/api/v1/tokens", { name: "tests" }, headers);
  return String(made.body["token"]);
}

/** Sends bytes as they are and answers all that comes back until the server ends the connection. */
export async function sendRaw(url: string, ...parts: (string | Buffer)[]): Promise<string> {
  const socket = await openSocket(url);
  for (const part of parts) socket.write(part);
  return readAll(socket);
}

export function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.once("error", reject);
  });
}

/** A connection that the server cuts off may end with an error: what came before counts. */
export function readAll(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  return new Promise((resolve) => {
    socket.on("error", () => resolve(text));
    socket.on("close", () => resolve(text));
  });
}

async function query<Row>(url: string, text: string, values: unknown[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows as Row[];
  } finally {
    await client.end();
  }
}
