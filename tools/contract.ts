import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import openapiTypescript, { astToString, type OpenAPI3 } from "openapi-typescript";
import { apiPrefix } from "../packages/server/src/doors/rest/rest.ts";
import { describedRoutes } from "../packages/server/src/doors/rest/route-table.ts";
import { openApiPage } from "../packages/server/src/main.ts";
import { messagesSource } from "./contract-messages.ts";
import { runnerMessagesSource } from "./contract-runner-messages.ts";
import { verbsSource } from "./contract-verbs.ts";

const root = new URL("../", import.meta.url);
const openiapProto = "packages/contract/proto/openiap.proto";
const runnerProto = "proto/millrace/runner/v1/runner.proto";
const header = (source: string) =>
  `/** Generated from ${source} by \`npm run contract\`. Change that, not this file. */\n`;

/** The contract's files as the route table says they are: path from the repository's root, and text. */
export async function contractFiles(): Promise<Record<string, string>> {
  const page = openApiPage();
  const types = await openapiTypescript(structuredClone(page) as unknown as OpenAPI3, {
    defaultNonNullable: false,
  });
  const messages = messagesSource(committedFile(openiapProto));
  return {
    "packages/contract/openapi.json": `${JSON.stringify(page, null, 2)}\n`,
    "packages/contract/src/openapi.ts": `${header("openapi.json")}${astToString(types)}`,
    "packages/contract/src/openiap-messages.ts": `${header("proto/openiap.proto")}${messages}`,
    "packages/contract/src/runner-messages.ts":
      header(runnerProto) + runnerMessagesSource(committedFile(`packages/contract/${runnerProto}`)),
    "packages/contract/src/verbs.ts": `${header("the route table")}${verbsSource(describedRoutes(), apiPrefix)}`,
  };
}

/** A file of the repository as it is now; empty where there is none. */
export function committedFile(path: string): string {
  try {
    return readFileSync(new URL(path, root), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return "";
  }
}

async function writeContract(): Promise<void> {
  for (const [path, text] of Object.entries(await contractFiles())) {
    if (committedFile(path) === text) continue;
    writeFileSync(new URL(path, root), text);
    console.log(`wrote ${path}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await writeContract();
