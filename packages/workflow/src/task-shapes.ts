import { argumentsRequired, callArguments } from "./call-shapes.ts";
import { taskKinds } from "./definition.ts";
import { isObject, type Json, pointerTo } from "./json.ts";
import { nearest, suggestion } from "./problem.ts";
import {
  duration,
  errorTemplate,
  eventStrategy,
  eventToEmit,
  externalResource,
  inputRule,
  outputRule,
  retryPolicy,
  timeoutOrName,
  variableName,
} from "./part-shapes.ts";
import {
  every,
  flag,
  integer,
  later,
  list,
  object,
  type Report,
  type Shape,
  text,
  textOr,
  word,
} from "./shape.ts";

const open = object({}, { isOpen: true });

/** What every task may have. */
const base: Readonly<Record<string, Shape>> = {
  if: text(),
  input: inputRule,
  output: outputRule,
  export: outputRule,
  timeout: timeoutOrName,
  then: text(),
  metadata: open,
};

export const taskList: Shape = (value, pointer, report) => {
  list(taskItem)(value, pointer, report);
  if (Array.isArray(value)) namedOnce(value, pointer, report);
};

/** `then` finds tasks by their names, so a name stands once in a list. */
function namedOnce(items: readonly Json[], pointer: string, report: Report): void {
  const names = new Set<string>();
  items.forEach((item, position) => {
    const name = isObject(item) ? Object.keys(item)[0] : undefined;
    if (name === undefined) return;
    const at = pointerTo(pointerTo(pointer, position), name);
    if (names.has(name)) report("duplicate", at, `two tasks of this list are named \`${name}\``, "key");
    names.add(name);
  });
}

const taskItem: Shape = (value, pointer, report) => {
  if (!isObject(value)) {
    return report("type", pointer, "must be a task: its name, and under it what it does");
  }
  const names = Object.keys(value);
  if (names.length !== 1) {
    const hint = names.length > 1 ? "; each task is a member of the list of its own" : "";
    report("task", pointer, `must be one named task, not ${names.length}${hint}`, "key");
  }
  for (const name of names) {
    const inTask: Report = (code, at, message, of) =>
      report(code, at, message.startsWith("task `") ? message : `task \`${name}\`: ${message}`, of);
    task(value[name]!, pointerTo(pointer, name), inTask);
  }
};

/** A task of any kind. Its kind is told by its keys. */
export const task: Shape = (value, pointer, report) => {
  if (!isObject(value)) return report("type", pointer, "must say what it does, like `call` or `set`");
  const keys = Object.keys(value);
  const kinds = taskKinds.filter((kind) => Object.hasOwn(value, kind));
  const isLoop = kinds.length === 2 && kinds.includes("for") && kinds.includes("do");
  if (kinds.length === 1 || isLoop) return kindShapes[kinds[0]!](value, pointer, report);
  if (kinds.length > 1) {
    const both = kinds.map((kind) => `\`${kind}\``).join(" and ");
    return report("task", pointer, `is ${both} at once; a task is one of them`, "key");
  }
  unknownKind(
    keys.filter((key) => !Object.hasOwn(base, key)),
    pointer,
    report,
  );
};

/** Of several keys that tell no kind the one that looks most like a kind is the mistake. */
function unknownKind(keys: readonly string[], pointer: string, report: Report): void {
  const wrong = keys.find((key) => nearest(key, taskKinds) !== undefined) ?? keys[0];
  if (wrong === undefined)
    return report("task", pointer, "says not what it does, like `call` or `set`", "key");
  const known = `; known are ${taskKinds.map((kind) => `\`${kind}\``).join(", ")}`;
  const hint = suggestion(wrong, taskKinds) || known;
  report("task", pointerTo(pointer, wrong), `\`${wrong}\` is not a task kind${hint}`, "key");
}

const foreach = object({
  item: variableName,
  at: variableName,
  do: later(() => taskList),
  output: outputRule,
  export: outputRule,
});

const argumentsOf = callArguments(foreach);

const withArguments: Shape = (value, pointer, report) => {
  if (!isObject(value) || typeof value.call !== "string" || !Object.hasOwn(value, "with")) return;
  argumentsOf(value.call)(value.with!, `${pointer}/with`, report);
};

const processParts: Readonly<Record<string, Shape>> = {
  stdin: text(),
  arguments: list(text()),
  environment: open,
};

const lifetime = every(
  object({ cleanup: word("always", "never", "eventually"), after: duration }, { required: ["cleanup"] }),
  (value, pointer, report) => {
    if (!isObject(value)) return;
    const isLater = value.cleanup === "eventually";
    if (isLater === Object.hasOwn(value, "after")) return;
    report("lifetime", pointer, "`after` belongs to `cleanup: eventually`, and only to it", "key");
  },
);

const container = object(
  {
    ...processParts,
    image: text(),
    name: text(),
    command: text(),
    ports: open,
    volumes: open,
    lifetime,
    pullPolicy: word("ifNotPresent", "always", "never"),
  },
  { required: ["image"] },
);

const script = object(
  { ...processParts, language: text(), code: text(), source: externalResource },
  { required: ["language"], exactlyOne: ["code", "source"] },
);

const run = object(
  {
    container,
    script,
    shell: object({ ...processParts, command: text() }, { required: ["command"] }),
    workflow: object(
      { namespace: text(), name: text(), version: text(), input: open },
      { required: ["namespace", "name", "version"] },
    ),
    await: flag,
    return: word("stdout", "stderr", "code", "all", "none"),
  },
  { exactlyOne: ["container", "script", "shell", "workflow"] },
);

const switchCase: Shape = (value, pointer, report) => {
  if (!isObject(value) || Object.keys(value).length !== 1) {
    return report("type", pointer, "must be one named case: `- name: { when, then }`");
  }
  const name = Object.keys(value)[0]!;
  object({ when: text(), then: text() }, { required: ["then"] })(
    value[name]!,
    pointerTo(pointer, name),
    report,
  );
};

const errorFilter = object({
  type: text(),
  status: integer(),
  instance: text(),
  title: text(),
  details: text(),
});

const caught = object({
  errors: object({ with: errorFilter }),
  as: variableName,
  when: text(),
  exceptWhen: text(),
  retry: textOr(text(), retryPolicy),
  do: later(() => taskList),
});

function ofKind(fields: Readonly<Record<string, Shape>>, required: readonly string[]): Shape {
  return object({ ...base, ...fields }, { required });
}

const kindShapes: Readonly<Record<(typeof taskKinds)[number], Shape>> = {
  call: every(ofKind({ call: text(), with: open }, ["call"]), withArguments, argumentsRequired),
  do: ofKind({ do: later(() => taskList) }, ["do"]),
  emit: ofKind(
    {
      emit: object(
        { event: object({ with: eventToEmit }, { required: ["with"], isOpen: true }) },
        { required: ["event"] },
      ),
    },
    ["emit"],
  ),
  for: ofKind(
    {
      for: object({ each: variableName, in: text(), at: variableName }, { required: ["in"] }),
      while: text(),
      do: later(() => taskList),
    },
    ["for", "do"],
  ),
  fork: ofKind(
    { fork: object({ branches: later(() => taskList), compete: flag }, { required: ["branches"] }) },
    ["fork"],
  ),
  listen: ofKind(
    {
      listen: object({ to: eventStrategy, read: word("data", "envelope", "raw") }, { required: ["to"] }),
      foreach,
    },
    ["listen"],
  ),
  raise: ofKind({ raise: object({ error: textOr(text(), errorTemplate) }, { required: ["error"] }) }, [
    "raise",
  ]),
  run: ofKind({ run }, ["run"]),
  set: ofKind({ set: textOr(text(), setValues) }, ["set"]),
  switch: ofKind({ switch: list(switchCase, { min: 1 }) }, ["switch"]),
  try: ofKind({ try: later(() => taskList), catch: caught }, ["try", "catch"]),
  wait: ofKind({ wait: duration }, ["wait"]),
};

function setValues(value: Json, pointer: string, report: Report): void {
  open(value, pointer, report);
  if (isObject(value) && Object.keys(value).length === 0) report("empty", pointer, "must set something");
}

const extension = object(
  {
    extend: word(
      "call",
      "composite",
      "emit",
      "for",
      "listen",
      "raise",
      "run",
      "set",
      "switch",
      "try",
      "wait",
      "all",
    ),
    when: text(),
    before: taskList,
    after: taskList,
  },
  { required: ["extend"] },
);

export const extensionItem: Shape = (value, pointer, report) => {
  if (!isObject(value) || Object.keys(value).length !== 1) {
    return report("type", pointer, "must be one named extension");
  }
  const name = Object.keys(value)[0]!;
  extension(value[name]!, pointerTo(pointer, name), report);
};
