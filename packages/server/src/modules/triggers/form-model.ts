import { compileSchema, type SchemaBreach } from "@millrace/workflow";
import type { Json, JsonObject } from "@millrace/jq";
import { Type, type Static } from "@sinclair/typebox";
import { invalid } from "../../kit/errors.ts";
import { hookPathPattern } from "./webhook-model.ts";

const fieldsMax = 50;
const choicesMax = 500;
export const formBytesMax = 64 * 1024;
/** Forms are filled in by people. */
export const formsPerMinuteDefault = 60;

export const FormSchema = Type.Object(
  {
    path: Type.String({
      pattern: hookPathPattern,
      maxLength: 200,
      description: "Its address is /forms/{tenant}/{path}; anybody may fill it in",
    }),
    title: Type.String({ minLength: 1, maxLength: 200 }),
    text: Type.Optional(Type.String({ maxLength: 5_000, description: "What stands above the fields" })),
    thanks: Type.Optional(Type.String({ maxLength: 1_000, description: "What is said when it was sent" })),
    schema: Type.Record(Type.String(), Type.Unknown(), {
      description:
        "A JSON Schema of an object; each of its properties is a field: text, number, yes or no, a choice",
    }),
    perMinute: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100_000,
        description: "How often a minute each node takes it; 60 if not given",
      }),
    ),
  },
  { additionalProperties: false },
);

export type Form = Static<typeof FormSchema>;

/** One field as the page shows it. */
export interface FormField {
  name: string;
  title: string;
  hint: string;
  kind: "text" | "long" | "number" | "flag" | "choice";
  choices: string[];
  isRequired: boolean;
}

/** Refuses a schema that no page of fields can be made of. */
export function checkForm({ schema }: Form): void {
  const [fault] = compileSchema(schema as Json).faults;
  if (fault !== undefined) throw invalid("form.schema", `${fault.pointer}: ${fault.message}`);
  if (schema["type"] !== "object") throw invalid("form.schema.type", "must be object");
  const fields = propertiesOf(schema as JsonObject);
  if (fields.length === 0) throw invalid("form.schema.properties", "name at least one field");
  if (fields.length > fieldsMax) throw invalid("form.schema.properties", `at most ${fieldsMax} fields`);
  for (const [name, property] of fields) kindOf(property, `form.schema.properties.${name}`);
}

/** The fields of a form, in the order of its schema. */
export function fieldsOf({ schema }: Form): FormField[] {
  const required = Array.isArray(schema["required"]) ? (schema["required"] as unknown[]) : [];
  return propertiesOf(schema as JsonObject).map(([name, property]) => ({
    name,
    title: textOf(property["title"]) || name,
    hint: textOf(property["description"]),
    kind: kindOf(property, name),
    choices: Array.isArray(property["enum"]) ? property["enum"].map(String) : [],
    isRequired: required.includes(name),
  }));
}

/** What was filled in, as the schema's types say; what was left empty is not there. */
export function valuesOf(form: Form, given: URLSearchParams): JsonObject {
  const values = fieldsOf(form).flatMap(({ name, kind }): [string, Json][] => {
    const text = given.get(name);
    if (kind === "flag") return [[name, text !== null]];
    if (text === null || text === "") return [];
    if (kind !== "number") return [[name, text.replaceAll("\r\n", "\n")]];
    const number = Number(text);
    return [[name, Number.isFinite(number) ? number : text]];
  });
  return Object.fromEntries(values);
}

/** What is wrong with what was filled in. */
export function breachesOf({ schema }: Form, values: JsonObject): SchemaBreach[] {
  return compileSchema(schema as Json).schema.check(values);
}

function propertiesOf(schema: JsonObject): [string, JsonObject][] {
  const { properties } = schema;
  if (!isObject(properties)) return [];
  return Object.entries(properties).map(([name, property]) => [name, isObject(property) ? property : {}]);
}

function kindOf(property: JsonObject, field: string): FormField["kind"] {
  const { type, enum: choices, maxLength } = property;
  if (choices !== undefined) {
    if (
      Array.isArray(choices) &&
      choices.length <= choicesMax &&
      choices.every((each) => typeof each === "string")
    )
      return "choice";
    throw invalid(`${field}.enum`, `must list at most ${choicesMax} texts`);
  }
  if (type === "string") return typeof maxLength === "number" && maxLength > 200 ? "long" : "text";
  if (type === "number" || type === "integer") return "number";
  if (type === "boolean") return "flag";
  throw invalid(`${field}.type`, "must be string, number, integer or boolean, or an enum of texts");
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
