import { Type, type Static } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import semver from "semver";
import { parse } from "yaml";
import { AppError, invalid } from "../../kit/errors.ts";

export const manifestFile = "millrace.yaml";
export const manifestBytesMax = 256 * 1024;

const key = Type.String({ pattern: "^[A-Za-z][A-Za-z0-9_-]{0,99}$" });
const keyed = { default: {}, maxProperties: 200, additionalProperties: false } as const;
const words = Type.String({ maxLength: 10_000 });
const JsonSchema = Type.Union([Type.Boolean(), Type.Record(Type.String(), Type.Unknown())]);

const FunctionManifest = Type.Partial(
  Type.Object({ description: words, input: JsonSchema, output: JsonSchema }),
);

/** What the server reads of a manifest; the rest is the runner's matter and is kept as it came. */
const ManifestSchema = Type.Object({
  name: Type.String({ pattern: "^[a-z][a-z0-9._-]{0,99}$" }),
  version: Type.String({ maxLength: 100 }),
  description: Type.String({ maxLength: 10_000, default: "" }),
  runtime: Type.String({ pattern: "^[a-z][a-z0-9-]{0,49}$" }),
  entry: Type.String({ minLength: 1, maxLength: 500 }),
  functions: Type.Record(key, FunctionManifest, keyed),
  secrets: Type.Record(key, Type.Unknown(), keyed),
});

export type Manifest = Static<typeof ManifestSchema> & Record<string, unknown>;

/** Reads the text of a `millrace.yaml`; a refusal names the field at fault. */
export function parseManifest(text: string): Manifest {
  const value = Value.Default(ManifestSchema, yamlOf(text));
  const first = Value.Errors(ManifestSchema, value).First();
  if (first !== undefined) {
    throw invalid(`manifest${first.path.replaceAll("/", ".")}`, first.message);
  }
  const manifest = value as Manifest;
  if (semver.valid(manifest.version) !== manifest.version) {
    throw invalid("manifest.version", "must be a semantic version such as 1.0.0");
  }
  return manifest;
}

function yamlOf(text: string): unknown {
  try {
    return parse(text, { uniqueKeys: true, maxAliasCount: 0, logLevel: "silent" }) as unknown;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split("\n")[0] : "";
    throw new AppError("invalid_input", `manifest: ${manifestFile} is no YAML: ${why}`, {
      field: "manifest",
      cause,
    });
  }
}
