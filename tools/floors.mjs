import "./typescript-5.mjs";
import assert from "node:assert";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

const { cruise } = await import("dependency-cruiser");
const { forbidden, options } = createRequire(import.meta.url)("../floors.config.cjs");
const roots = ["packages", "examples", "bench", "e2e", "vitest.global.ts"].filter((path) => existsSync(path));

const cruiseOptions = { ...options, ruleSet: { forbidden }, validate: true };
const { output } = await cruise(roots, cruiseOptions, options.enhancedResolveOptions);
// Without a compiler the sources are passed over in silence, and nothing would ever be refused.
assert(
  output.modules.some(({ source }) => source.endsWith(".ts")),
  "no TypeScript source was read",
);

const { violations, totalCruised } = output.summary;
const whys = new Map(forbidden.map(({ name, comment }) => [name, comment]));
for (const { rule, from, to, cycle } of violations) {
  const way = cycle === undefined ? to : cycle.map((step) => step.name).join(" -> ");
  console.log(`${rule.name}: ${from} -> ${way}\n  ${whys.get(rule.name)}`);
}
console.log(`${totalCruised} files, ${violations.length} refused imports`);
process.exitCode = violations.length === 0 ? 0 : 1;
