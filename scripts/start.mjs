import { build } from "./build.mjs";

await build();
const { main } = await import("../packages/cli/dist/main.js");
process.exitCode = await main(["up", ...process.argv.slice(2)]);
