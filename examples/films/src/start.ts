import { runFilms } from "./main.ts";

const { MILLRACE_URL: url = "http://127.0.0.1:4100", MILLRACE_TOKEN: token } = process.env;
if (token === undefined) {
  console.error("MILLRACE_TOKEN: `millrace tokens create films` makes one");
  process.exit(2);
}
const interrupt = new AbortController();
process.once("SIGINT", () => interrupt.abort());
console.log(await runFilms({ url, token, signal: interrupt.signal }));
