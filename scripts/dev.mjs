import { buildWeb } from "./build-web.mjs";
import { main } from "../packages/cli/src/main.ts";

await buildWeb();
process.exitCode = await main(["up", ...process.argv.slice(2)]);
