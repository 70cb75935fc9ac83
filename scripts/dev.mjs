import { main } from "../packages/cli/src/main.ts";

process.exitCode = await main(["up", ...process.argv.slice(2)]);
