import { version } from "../../kit/version.ts";
import { openApiOf } from "./openapi.ts";
import { apiPrefix } from "./rest.ts";
import { describedRoutes } from "./route-table.ts";

/** The OpenAPI page of every route there is. */
export function openApiPage(): Record<string, unknown> {
  const description =
    "Queues of work items, messages, documents with history, files, packages and jobs, and live changes.";
  return openApiOf(describedRoutes(), { title: "Millrace", version: version(), description }, apiPrefix);
}
