import { AppError } from "../../../kit/errors.ts";
import { type Command, command, type CommandContext } from "../command.ts";
import type { CustomCommandRequest } from "../messages.ts";

/** A custom command: takes texts, answers a text, which is usually JSON. It checks rights by the verbs it calls. */
export type CustomCommand = (context: CommandContext, request: CustomCommandRequest) => Promise<string>;

/** The one command under which others travel by a name of their own. */
export function customCommands(table: Readonly<Record<string, CustomCommand>>): Command[] {
  return [
    command({
      name: "customcommand",
      request: "CustomCommandRequest",
      reply: "CustomCommandResponse",
      scope: undefined,
      run: async (context, request) => {
        const name = request.command.toLowerCase();
        const run = Object.hasOwn(table, name) ? table[name] : undefined;
        if (run === undefined) throw new AppError("not_found", `Unknown custom command ${request.command}`);
        return { result: await run(context, request) };
      },
    }),
  ];
}
