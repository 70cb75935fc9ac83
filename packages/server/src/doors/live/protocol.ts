import { Type, type Static } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { AppError } from "../../kit/errors.ts";
import { parseJsonText } from "../../kit/json-text.ts";
import { topics } from "../../modules/events/model.ts";

/** Bytes of one message of a client, and its nesting. */
export const messageBytesMax = 64 * 1024;

const Watch = Type.Object(
  {
    op: Type.Literal("watch"),
    id: Type.String({ minLength: 1, maxLength: 100 }),
    collection: Type.String({ minLength: 1, maxLength: 200 }),
    filter: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    documentId: Type.Optional(Type.String({ pattern: "^[0-9a-f]{24}$" })),
    from: Type.Optional(Type.String({ maxLength: 20_000 })),
  },
  { additionalProperties: false },
);
const FollowLog = Type.Object(
  {
    op: Type.Literal("followLog"),
    id: Type.String({ minLength: 1, maxLength: 100 }),
    job: Type.String({ minLength: 1, maxLength: 100 }),
    after: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 })),
  },
  { additionalProperties: false },
);
const Hints = Type.Object(
  {
    op: Type.Literal("hints"),
    id: Type.String({ minLength: 1, maxLength: 100 }),
    topics: Type.Array(Type.Union(topics.map((topic) => Type.Literal(topic))), {
      minItems: 1,
      maxItems: topics.length,
    }),
  },
  { additionalProperties: false },
);
const Unwatch = Type.Object(
  { op: Type.Literal("unwatch"), id: Type.String({ minLength: 1, maxLength: 100 }) },
  { additionalProperties: false },
);
const Pong = Type.Object({ op: Type.Literal("pong") }, { additionalProperties: false });

export type ClientMessage =
  | Static<typeof Watch>
  | Static<typeof FollowLog>
  | Static<typeof Hints>
  | Static<typeof Unwatch>
  | Static<typeof Pong>;

const checks = {
  watch: TypeCompiler.Compile(Watch),
  followLog: TypeCompiler.Compile(FollowLog),
  hints: TypeCompiler.Compile(Hints),
  unwatch: TypeCompiler.Compile(Unwatch),
  pong: TypeCompiler.Compile(Pong),
};

type Operation = keyof typeof checks;

/** Reads a client's message; anything else is refused with the field at fault. */
export function parseMessage(text: string): ClientMessage {
  const message = parseJsonText(text, { field: "message", within: "", hint: "is not JSON" });
  const op = typeof message === "object" && message !== null && "op" in message ? message.op : undefined;
  const check = typeof op === "string" && Object.hasOwn(checks, op) ? checks[op as Operation] : undefined;
  if (check === undefined) {
    const known = Object.keys(checks).join(", ");
    throw new AppError("invalid_input", `op: must be one of ${known}`, { field: "op" });
  }
  if (check.Check(message)) return message;
  const first = check.Errors(message).First();
  const field = first?.path.slice(1).replaceAll("/", ".") || "message";
  throw new AppError("invalid_input", `${field}: ${first?.message ?? "is not valid"}`, { field });
}

/** The id of a message that could not be taken, so that the client knows which one. */
export function idOf(text: string): string | undefined {
  try {
    const message = JSON.parse(text) as { id?: unknown };
    return typeof message.id === "string" ? message.id : undefined;
  } catch {
    return undefined;
  }
}
