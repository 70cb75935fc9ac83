import { beforeAll, expect, test } from "vitest";
import { committedFile, contractFiles } from "../tools/contract.ts";

let files: Record<string, string> = {};

beforeAll(async () => {
  files = await contractFiles();
});

const generated = [
  "openapi.json",
  "src/openapi.ts",
  "src/openiap-messages.ts",
  "src/runner-messages.ts",
  "src/verbs.ts",
];

test.each(generated)("%s is what its source says", (name) => {
  const path = `packages/contract/${name}`;
  expect(
    committedFile(path) === files[path],
    `${path} is not what its source says: run \`npm run contract\` and commit it`,
  ).toBe(true);
});

test("every operation has a name of its own, and says what a problem looks like", () => {
  const page = JSON.parse(files["packages/contract/openapi.json"]!) as OpenApiPage;
  const operations = Object.values(page.paths).flatMap((methods) => Object.values(methods));
  const names = operations.map((operation) => operation.operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const { operationId, responses } of operations)
    expect(responses, operationId).toHaveProperty("default.content.application/problem+json");
});

interface OpenApiPage {
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>;
}
