import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serverRoot } from "./server-root.ts";

/** Which version of the server this is. */
export function version(): string {
  return (JSON.parse(readFileSync(join(serverRoot(), "package.json"), "utf8")) as { version: string })
    .version;
}
