import { type Command, command } from "../command.ts";

/** What tells a client that somebody is there. */
export function livenessCommands(): Command[] {
  return [
    command({
      name: "getelement",
      request: "GetElementRequest",
      reply: "GetElementResponse",
      // The one reply that has the name of its request.
      replyCommand: "getelement",
      access: "public",
      scope: undefined,
      run: async (_context, { xpath }) => ({ xpath }),
    }),
  ];
}
