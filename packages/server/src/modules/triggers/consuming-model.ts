import { Type, type Static } from "@sinclair/typebox";

export const prefetchDefault = 50;

export const MessageSchema = Type.Object(
  {
    queue: Type.String({ minLength: 1, maxLength: 200, description: "The message queue to consume" }),
    prefetch: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000,
        description: `Messages that a node has at a time; ${prefetchDefault} if not given`,
      }),
    ),
  },
  { additionalProperties: false },
);

export type MessageSettings = Static<typeof MessageSchema>;
