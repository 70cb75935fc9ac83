import { descriptor, type Messages } from "@millrace/contract/openiap-messages.ts";
import protobuf from "protobufjs/light.js";
import { AppError, invalid } from "../../kit/errors.ts";

export type * from "@millrace/contract/openiap-messages.ts";

export { unaryMethods } from "@millrace/contract/openiap-messages.ts";

export type MessageName = keyof Messages;

// 64-bit numbers stand in timestamps alone, as seconds, and a number holds these.
protobuf.util.Long = undefined as unknown as typeof protobuf.util.Long;
protobuf.configure();

const root = protobuf.Root.fromJSON(descriptor).resolveAll();
const types = new Map<MessageName, protobuf.Type>();

/** What is sent as this message; what is left out has its zero value. */
export function encodeMessage<Name extends MessageName>(
  name: Name,
  message: Partial<Messages[Name]>,
): Uint8Array {
  return typeOf(name).encode(message).finish();
}

/** Reads a message as a client sent it: unknown fields are passed over, missing ones have their zero value. */
export function decodeMessage<Name extends MessageName>(name: Name, bytes: Uint8Array): Messages[Name] {
  let message: protobuf.Message;
  try {
    message = typeOf(name).decode(bytes);
  } catch (cause) {
    throw new AppError("invalid_input", `data: is no ${name}`, { field: "data", cause });
  }
  refuseNul(message, "");
  return message as unknown as Messages[Name];
}

/** The type url that an Any of this message carries. */
export function typeUrlOf(name: MessageName): string {
  return `type.googleapis.com/openiap.${name}`;
}

function typeOf(name: MessageName): protobuf.Type {
  let type = types.get(name);
  if (type === undefined) types.set(name, (type = root.lookupType(`openiap.${name}`)));
  return type;
}

/** No column could hold it. */
function refuseNul(message: object, at: string): void {
  for (const [key, value] of Object.entries(message)) {
    if (typeof value === "string") {
      if (value.includes("\0")) throw invalid(at + key, "must not contain the NUL character");
    } else if (typeof value === "object" && value !== null && !(value instanceof Uint8Array)) {
      refuseNul(value, `${at}${key}.`);
    }
  }
}
