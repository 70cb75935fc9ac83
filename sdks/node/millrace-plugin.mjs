// The plugin side of Millrace for Node.js: `node millrace-plugin.mjs plugin.js` serves what that module exports.
// One file, no dependency. The contract stands in docs/guide/plugins.md.
import { createRequire } from "node:module";
import { readFileSync, writeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

/** The work cannot succeed as it is; it is not tried again. */
export class BusinessError extends Error {
  constructor(code, message = code) {
    super(message);
    Object.assign(this, { name: "BusinessError", kind: "business", code });
  }
}

/** The work may succeed later. */
export class ApplicationError extends Error {
  constructor(code, message = code, { retry = true } = {}) {
    super(message);
    Object.assign(this, { name: "ApplicationError", kind: "application", code, retry });
  }
}

const running = new Map();

/** Where messages go: a descriptor of its own where the host opened one, else the real standard output. */
const output = Number(process.env.MILLRACE_OUTPUT ?? 1);

const answer = (message) => {
  let text = Buffer.from(`${JSON.stringify(message)}\n`);
  while (text.length > 0) text = text.subarray(writeSome(text));
};

const writeSome = (text) => {
  try {
    return writeSync(output, text);
  } catch (error) {
    if (error.code !== "EAGAIN") throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    return 0;
  }
};

/** Whatever else prints lands in the log. */
const keepOutputClean = () => {
  process.stdout.write = process.stderr.write.bind(process.stderr);
};

/** Serves functions by name until the standard input ends; one function serves every name. */
export function serve(functions) {
  keepOutputClean();
  const lookup = (name) =>
    typeof functions === "function"
      ? functions
      : Object.hasOwn(functions, name)
        ? functions[name]
        : undefined;
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  lines.on("line", (line) => {
    const message = JSON.parse(line);
    if (message.type === "probe") probe(message, functions);
    else if (message.type === "invoke") void invoke(message, lookup(message.function));
    else if (message.type === "cancel") running.get(message.id)?.abort();
    else if (message.type === "shutdown") process.exit(0);
  });
  lines.on("close", () => process.exit(0));
}

function probe({ id }, functions) {
  const names = typeof functions === "function" ? [] : Object.keys(functions);
  const { MILLRACE_PACKAGE_NAME: name = "", MILLRACE_PACKAGE_VERSION: version = "" } = process.env;
  answer({ type: "ok", id, output: { name, version, protocol: 1, functions: names } });
}

async function invoke({ id, function: name, input, context }, run) {
  const abort = new AbortController();
  running.set(id, abort);
  try {
    if (typeof run !== "function")
      throw new BusinessError("function_unknown", `there is no function ${name}`);
    const output = await run(input, {
      ...context,
      function: name,
      signal: abort.signal,
      BusinessError,
      ApplicationError,
      progress: (fraction, message = "") => answer({ type: "progress", id, fraction, message }),
      log: (message, level = "info") => answer({ type: "log", id, level, message: String(message) }),
    });
    answer({ type: "ok", id, output: output ?? null });
  } catch (error) {
    answer({ type: "error", id, error: describe(error) });
  } finally {
    running.delete(id);
  }
}

function describe(error) {
  const {
    kind,
    code = "failed",
    retry,
    message,
    stack,
  } = error instanceof Error ? error : { message: String(error) };
  if (kind === undefined) process.stderr.write(`${stack ?? message}\n`);
  return { kind: kind === "business" ? kind : "application", code: String(code), message, retry };
}

/** What a module offers: `module.exports = async (input) => ...`, an object of functions, or ESM exports. */
async function load(path) {
  const file = resolve(path);
  const nearest = (folder) => {
    try {
      return JSON.parse(readFileSync(resolve(folder, "package.json"), "utf8")).type;
    } catch {
      return dirname(folder) === folder ? undefined : nearest(dirname(folder));
    }
  };
  const isModule = file.endsWith(".mjs") || (!file.endsWith(".cjs") && nearest(dirname(file)) === "module");
  if (!isModule) return createRequire(file)(file);
  const { default: main, ...named } = await import(pathToFileURL(file).href);
  return main ?? named;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.argv.splice(1, 1);
  keepOutputClean();
  serve(await load(process.argv[1]));
}
