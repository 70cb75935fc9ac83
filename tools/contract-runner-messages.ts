import protobuf from "protobufjs";

const scalars: Readonly<Record<string, string>> = {
  string: "string",
  bytes: "Uint8Array",
  bool: "boolean",
  double: "number",
  uint32: "number",
  int64: "number",
  uint64: "number",
};

/** The messages of a .proto file as source text: a type for each, and a descriptor for a protobuf library to load. */
export function runnerMessagesSource(protoText: string): string {
  const root = new protobuf.Root();
  const packageName = protobuf.parse(protoText, root).package!;
  root.resolveAll();
  const { nestedArray } = root.lookup(packageName) as protobuf.Namespace;
  const types = nestedArray.filter((each) => each instanceof protobuf.Type);
  const enums = nestedArray.filter((each) => each instanceof protobuf.Enum);
  const names = types.map(({ name }) => `  ${name}: ${name};`);
  return [
    ...enums.map(enumOf),
    ...types.map(interfaceOf),
    "/** Every message by its name. */",
    `export interface Messages {\n${names.join("\n")}\n}\n`,
    "/** What a protobuf library loads. */",
    `export const descriptor = ${JSON.stringify(root.toJSON(), undefined, 1)};\n`,
  ].join("\n");
}

function enumOf({ name, values }: protobuf.Enum): string {
  const members = Object.entries(values).map(([word, value]) => `  ${word}: ${value},`);
  return `export const ${name} = {\n${members.join("\n")}\n} as const;\n`;
}

/** A member of a oneof, an `optional` field and a message may be missing; everything else has its zero value. */
function interfaceOf({ name, fieldsArray }: protobuf.Type): string {
  const fields = fieldsArray.map((field) => {
    const mayMiss = field.partOf !== null || (field.resolvedType instanceof protobuf.Type && !field.repeated);
    if (!mayMiss || field.map) return `  ${field.name}: ${typeOf(field)};`;
    return `  ${field.name}?: ${typeOf(field)} | null;`;
  });
  return `export interface ${name} {${fields.length === 0 ? "" : `\n${fields.join("\n")}\n`}}\n`;
}

function typeOf(field: protobuf.Field): string {
  const name = field.resolvedType instanceof protobuf.Enum ? "number" : field.resolvedType?.name;
  const type = name ?? scalars[field.type];
  if (type === undefined) throw new Error(`no TypeScript type is known for ${field.type}`);
  if (field.map) return `Record<string, ${type}>`;
  return field.repeated ? `${type}[]` : type;
}
