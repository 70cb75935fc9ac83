import { createLog, readConfig, startServer } from "@millrace/server";

/** One node of the platform in a process of its own; prints where it is and a token, then serves. */
const [databaseUrl, dataDir] = process.argv.slice(2);
const log = createLog({ level: "warn", pretty: false, to: 2 });
const config = readConfig({}, { databaseUrl: databaseUrl!, dataDir: dataDir!, port: "0", runnerPort: "0" });
const server = await startServer(config, log);
const { userName, password } = server.firstAdmin!;
const headers = { "content-type": "application/json" };
const signIn = await fetch(`${server.url}/api/v1/session`, {
  method: "POST",
  headers,
  body: JSON.stringify({ name: userName, password }),
});
const { csrfToken } = (await signIn.json()) as { csrfToken: string };
const cookie = signIn.headers.get("set-cookie")!.split(";")[0]!;
const made = await fetch(`${server.url}/api/v1/tokens`, {
  method: "POST",
  headers: { ...headers, cookie, "x-csrf-token": csrfToken },
  body: JSON.stringify({ name: "bench" }),
});
const token = (await made.json()) as { token?: string; text?: string };
process.stdout.write(`${JSON.stringify({ url: server.url, token: token.token ?? token.text })}\n`);
process.on("SIGTERM", () => void server.stop().then(() => process.exit(0)));
