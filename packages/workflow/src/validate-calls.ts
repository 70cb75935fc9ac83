import { isStandardCall, standardCalls } from "./call-shapes.ts";
import type { CallTask } from "./definition.ts";
import { textsOf } from "./expression.ts";
import { isObject, type Json, own, pointerTo } from "./json.ts";
import { compileSchema } from "./json-schema.ts";
import { millraceFunctions } from "./millrace-functions.ts";
import { suggestion } from "./problem.ts";
import { secretNames } from "./reveal.ts";
import { isExpression } from "./shape.ts";
import type { Check } from "./check.ts";

/** What a definition names that stands outside of it: functions, workflows, secrets, connections. */
export function checkCalls(check: Check): void {
  for (const placed of check.tasks) {
    if (check.isFull()) return;
    if (placed.kind === "call") checkCall(check, placed.task, placed.pointer);
    if (placed.kind !== "run" || placed.task.run.workflow === undefined) continue;
    const { namespace, name } = placed.task.run.workflow;
    const full = `${namespace}/${name}`;
    const { workflows } = check.known;
    if (workflows === undefined || workflows.includes(full) || isExpression(name)) continue;
    const message = `no workflow is named \`${full}\`${suggestion(full, workflows)}`;
    check.tell("error", "workflow", `${placed.pointer}/run/workflow/name`, message);
  }
  checkSecrets(check);
  checkAuthentications(check);
}

function checkCall(check: Check, task: CallTask, pointer: string): void {
  const { call: name } = task;
  if (isStandardCall(name) || own(check.definition.use?.functions, name) !== undefined) return;
  const schema = own(millraceFunctions, name) ?? own(check.known.functions, name);
  if (schema !== undefined) return checkArguments(check, task, pointer, schema);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(name)) return;
  const catalog = /^[^@]+:[^@]+@(.+)$/.exec(name)?.[1];
  if (catalog !== undefined) return checkCatalog(check, catalog, pointer);
  const isOurs = name.startsWith("millrace.");
  if (check.known.functions === undefined && !isOurs) return;
  const known = [
    ...standardCalls,
    ...Object.keys(check.definition.use?.functions ?? {}),
    ...Object.keys(millraceFunctions),
    ...Object.keys(check.known.functions ?? {}),
  ];
  const message = `no function is named \`${name}\`${suggestion(name, known)}`;
  check.tell("error", "function", `${pointer}/call`, message);
}

function checkCatalog(check: Check, catalog: string, pointer: string): void {
  const known = Object.keys(check.definition.use?.catalogs ?? {});
  if (catalog === "default" || known.includes(catalog)) return;
  const message = `no catalog is named \`${catalog}\` under \`use.catalogs\`${suggestion(catalog, known)}`;
  check.tell("error", "catalog", `${pointer}/call`, message);
}

/** Arguments as far as they are written out; where an expression stands anything may come. */
function checkArguments(check: Check, task: CallTask, pointer: string, schema: Json): void {
  const given = task.with ?? {};
  const open = [...textsOf(given)].filter(({ text }) => isExpression(text)).map(({ pointer }) => pointer);
  for (const breach of compileSchema(schema).schema.check(given)) {
    const isOpen = open.some((place) => breach.pointer === place || breach.pointer.startsWith(`${place}/`));
    const holdsOpen = open.some((place) => place.startsWith(`${breach.pointer}/`));
    if (isOpen || (holdsOpen && !structural.has(breach.keyword))) continue;
    const subject = breach.message.startsWith("`")
      ? ""
      : `\`${breach.pointer.split("/").at(-1) || "with"}\` `;
    const at = task.with === undefined ? `${pointer}/call` : `${pointer}/with${breach.pointer}`;
    check.tell("error", "arguments", at, `${task.call}: ${subject}${breach.message}`);
  }
}

/** Keywords that look at the keys of a value, which are there whatever stands under them. */
const structural: ReadonlySet<string> = new Set([
  "required",
  "additionalProperties",
  "unevaluatedProperties",
]);

function checkSecrets(check: Check): void {
  const { definition, known, expressions } = check;
  const declared = definition.use?.secrets ?? [];
  declared.forEach((name, position) => {
    if (known.secrets === undefined || known.secrets.includes(name)) return;
    const message = `no secret is named \`${name}\`${suggestion(name, known.secrets)}`;
    check.tell("error", "secret", `/use/secrets/${position}`, message);
  });
  for (const { pointer, text } of expressions) {
    for (const name of secretNames(text)) {
      if (declared.includes(name) || check.isFull()) continue;
      const message = `the secret \`${name}\` is not listed under \`use.secrets\`${suggestion(name, declared)}`;
      check.tell("error", "secret", pointer, message, { offset: Math.max(0, text.indexOf("$secrets")) });
    }
  }
}

const policies = ["basic", "bearer", "digest", "oauth2", "oidc"];

/** `authentication: { use }` names a policy or a connection; a policy's own `use` names a secret. */
function checkAuthentications(check: Check): void {
  const { definition, known } = check;
  const declared = definition.use?.secrets ?? [];
  // A task's own policies are expressions by then, whose secrets are checked with the others.
  const visit = (value: Json, pointer: string, isOfTask: boolean): void => {
    if (Array.isArray(value))
      value.forEach((part, position) => visit(part, pointerTo(pointer, position), isOfTask));
    if (!isObject(value)) return;
    for (const [key, part] of Object.entries(value)) {
      const at = pointerTo(pointer, key);
      const name = own(part, "use");
      if (key === "authentication" && typeof name === "string") checkPolicy(check, name, `${at}/use`);
      else if (!isOfTask && policies.includes(key) && typeof name === "string" && !declared.includes(name)) {
        const message = `the secret \`${name}\` is not listed under \`use.secrets\`${suggestion(name, declared)}`;
        check.tell("error", "secret", `${at}/use`, message);
      }
      visit(part, at, isOfTask);
    }
  };
  visit(definition.use?.authentications ?? {}, "/use/authentications", false);
  for (const { kind, task, pointer } of check.tasks) {
    if (kind === "call") visit(task.with ?? {}, `${pointer}/with`, true);
    const connection = own(own(task.metadata, "millrace"), "connection");
    if (typeof connection !== "string" || known.connections === undefined) continue;
    if (known.connections.includes(connection)) continue;
    const message = `no connection is named \`${connection}\`${suggestion(connection, known.connections)}`;
    check.tell("error", "connection", `${pointer}/metadata/millrace/connection`, message);
  }
}

function checkPolicy({ definition, known, tell }: Check, name: string, pointer: string): void {
  const own = Object.keys(definition.use?.authentications ?? {});
  if (own.includes(name) || known.connections === undefined || known.connections.includes(name)) return;
  const message = `no authentication and no connection is named \`${name}\``;
  tell("error", "connection", pointer, message + suggestion(name, [...own, ...known.connections]));
}
