#!/usr/bin/env node
import { build } from "../../../scripts/build.mjs";

await build();
const { main } = await import("../dist/main.js");
process.exitCode = await main(process.argv.slice(2));
