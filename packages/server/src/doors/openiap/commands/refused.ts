import { AppError } from "../../../kit/errors.ts";
import { type Command, command } from "../command.ts";
import type { MessageName } from "../messages.ts";
import type { CustomCommand } from "./custom.ts";

const onRunners = (what: string) => `${what} runs on Millrace's own runners: not available yet`;
const byDocument = "delete the agent's document: deleteone in the collection agents";

/** What clients can ask for and this server does not do, each with what there is instead. */
const refused: readonly [name: string, request: MessageName, reply: MessageName, why: string][] = [
  ["startagent", "StartAgentRequest", "StartAgentResponse", onRunners("startagent")],
  ["stopagent", "StopAgentRequest", "StopAgentResponse", onRunners("stopagent")],
  ["getagentlog", "GetAgentLogRequest", "GetAgentLogResponse", onRunners("getagentlog")],
  ["getagentpods", "GetAgentPodsRequest", "GetAgentPodsResponse", onRunners("getagentpods")],
  ["deleteagentpod", "DeleteAgentPodRequest", "DeleteAgentPodResponse", onRunners("deleteagentpod")],
  ["deleteagent", "DeleteAgentRequest", "DeleteAgentResponse", `deleteagent: ${byDocument}`],
  [
    "createworkflowinstance",
    "CreateWorkflowInstanceRequest",
    "CreateWorkflowInstanceResponse",
    "createworkflowinstance: there are no workflows of this kind here; push a work item or send a message",
  ],
  [
    "invokeopenrpa",
    "InvokeOpenRPARequest",
    "InvokeOpenRPAResponse",
    "invokeopenrpa: robots of the desktop cannot be invoked from here; push a work item into their queue",
  ],
  [
    "ensurecustomer",
    "EnsureCustomerRequest",
    "EnsureCustomerResponse",
    "ensurecustomer: there is no billing here, and a tenant is not made by its users",
  ],
];

/** Commands that are answered, with why they are not done. */
export function refusedCommands(): Command[] {
  return refused.map(([name, request, reply, why]) =>
    command({
      name,
      request,
      reply,
      scope: undefined,
      run: async () => {
        throw new AppError("conflict", why);
      },
    }),
  );
}

/** The same by the name of a custom command. */
export function refusedCustomCommands(): Record<string, CustomCommand> {
  const table = refused.map(([name, , , why]): [string, CustomCommand] => [
    name,
    async () => {
      throw new AppError("conflict", why);
    },
  ]);
  return Object.fromEntries(table);
}
