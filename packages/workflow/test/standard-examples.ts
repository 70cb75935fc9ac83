import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "examples");

export interface StandardExample {
  readonly name: string;
  readonly text: string;
}

/** The examples of the standard, as they were published. */
export const standardExamples: readonly StandardExample[] = readdirSync(folder)
  .filter((name) => name.endsWith(".yaml"))
  .sort()
  .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
