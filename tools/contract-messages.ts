import protobuf from "protobufjs";

const scalars: Readonly<Record<string, string>> = {
  string: "string",
  bytes: "Uint8Array",
  bool: "boolean",
  int32: "number",
  float: "number",
  int64: "number",
};
const wellKnown = ["google/protobuf/any.proto", "google/protobuf/timestamp.proto"] as const;

/** The messages of a .proto file as source text: their types, the methods of the service, and a descriptor to load. */
export function messagesSource(protoText: string): string {
  const root = new protobuf.Root();
  protobuf.parse(protoText, root, { keepCase: true });
  for (const name of wellKnown) root.addJSON(protobuf.common.get(name)!.nested!);
  root.resolveAll();
  const { nestedArray } = root.lookup("openiap") as protobuf.Namespace;
  const types = nestedArray.filter((each) => each instanceof protobuf.Type);
  const known = ["Any", "Timestamp"].map((name) => root.lookupType(`google.protobuf.${name}`));
  const names = types.map(({ name }) => `  ${name}: ${name};`);
  const service = root.lookupService("openiap.FlowService");
  return [
    ...[...known, ...types].map(interfaceOf),
    "/** Every message by its name. */",
    `export interface Messages {\n${names.join("\n")}\n}\n`,
    "/** The methods of FlowService that answer one message to one. */",
    `export const unaryMethods = ${JSON.stringify(unaryMethodsOf(service), undefined, 2)} as const;\n`,
    "/** What a protobuf library loads. */",
    `export const descriptor = ${JSON.stringify(root.toJSON(), undefined, 1)};\n`,
  ].join("\n");
}

function unaryMethodsOf({ methodsArray }: protobuf.Service): string[] {
  return methodsArray.filter(({ requestStream }) => requestStream !== true).map(({ name }) => name);
}

function interfaceOf({ name, fieldsArray }: protobuf.Type): string {
  const fields = fieldsArray.map((field) => `  ${field.name}: ${typeOf(field)};`);
  return `export interface ${name} {${fields.length === 0 ? "" : `\n${fields.join("\n")}\n`}}\n`;
}

function typeOf({ type, repeated, resolvedType }: protobuf.Field): string {
  const name = resolvedType?.name ?? scalars[type];
  if (name === undefined) throw new Error(`no TypeScript type is known for ${type}`);
  if (repeated) return `${name}[]`;
  return resolvedType === null ? name : `${name} | null`;
}
