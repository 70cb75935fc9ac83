import {
  authenticationPolicy,
  duration,
  endpoint,
  errorTemplate,
  eventStrategy,
  inputRule,
  outputRule,
  retryPolicy,
  timeout,
  timeoutOrName,
} from "./part-shapes.ts";
import { list, namedParts, object, type Shape, text } from "./shape.ts";
import { extensionItem, task, taskList } from "./task-shapes.ts";

const open = object({}, { isOpen: true });

const name = text({
  pattern: /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/,
  what: "a name of letters, digits and hyphens, at most 63",
});

const part = String.raw`(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)`;
const semanticVersion = new RegExp(
  String.raw`^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-${part}(?:\.${part})*)?(?:\+[0-9a-zA-Z.-]+)?$`,
);

const head = object(
  {
    dsl: text({
      pattern: /^1\.0\.\d{1,9}(?:[-+][0-9A-Za-z.-]+)?$/,
      what: "a version of the language, `1.0.x`",
    }),
    namespace: name,
    name,
    version: text({ pattern: semanticVersion, what: "a semantic version like `1.0.0`" }),
    title: text(),
    summary: text(),
    tags: open,
    metadata: open,
  },
  { required: ["dsl", "namespace", "name", "version"] },
);

const use = object({
  authentications: namedParts(authenticationPolicy),
  errors: namedParts(errorTemplate),
  extensions: list(extensionItem),
  functions: namedParts(task),
  retries: namedParts(retryPolicy),
  secrets: list(text()),
  timeouts: namedParts(timeout),
  catalogs: namedParts(object({ endpoint }, { required: ["endpoint"] })),
});

const schedule = object({ every: duration, cron: text(), after: duration, on: eventStrategy });

/** The whole of a definition. */
export const definitionShape: Shape = object(
  {
    document: head,
    input: inputRule,
    use,
    do: taskList,
    timeout: timeoutOrName,
    output: outputRule,
    schedule,
  },
  { required: ["document", "do"] },
);
