const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

module.exports = {
  echo: async (input) => input,
  progress: async (_input, context) => {
    context.progress(0.5, "half");
    context.log("a warning", "warn");
  },
  wait: (_input, { signal }) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve({ stopped: true }))),
  business: async (_input, { BusinessError }) => {
    throw new BusinessError("no_street", "There is no such street");
  },
  application: async (_input, { ApplicationError }) => {
    throw new ApplicationError("try_later", "Not now");
  },
  fail: async () => {
    throw new Error("boom");
  },
  files: async (_input, { directory }) => {
    writeFileSync(join(directory, "out.txt"), readFileSync(join(directory, "in.txt"), "utf8").toUpperCase());
  },
  stray: async () => {
    process.stdout.write("stray without end");
    console.log("\nstray line");
    return { printed: true };
  },
  big: async ({ size }) => "x".repeat(size),
  crash: async () => process.exit(3),
  context: async (_input, { job, attempt, config, secrets }) => ({
    job,
    attempt,
    language: config.language,
    key: secrets.key.length,
  }),
};
