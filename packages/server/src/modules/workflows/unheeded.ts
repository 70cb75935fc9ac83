import { compile, type Definition, type Parsed, type Problem, workflowMetadata } from "@millrace/workflow";

const calls = ["grpc", "openapi", "asyncapi", "mcp", "a2a"];
const processes = ["script", "shell", "container"];
const metadata = ["concurrency", "throttle", "priority", "schedule"] as const;

/** Warnings of what stands in a definition that can run and is not heeded, or not carried out, when it does. */
export function unheeded({ source }: Parsed, definition: Definition): Problem[] {
  const warn = (pointer: string, message: string): Problem => ({
    severity: "warning",
    code: "unheeded",
    pointer,
    message,
    ...source.place(pointer),
  });
  const problems: Problem[] = [];
  if (definition.schedule !== undefined) {
    problems.push(warn("/schedule", "`schedule` starts nothing by itself: make a trigger for it"));
  }
  const own = workflowMetadata(definition);
  for (const name of metadata) {
    if (own[name] === undefined) continue;
    problems.push(
      warn(`/document/metadata/millrace/${name}`, `\`${name}\` is kept with the definition and not heeded`),
    );
  }
  for (const task of compile(definition).tasks.values()) {
    const name = task.kind === "call" ? task.task.call : task.kind === "run" ? task.process : "";
    const isCarriedOut = task.kind === "call" ? !calls.includes(name) : !processes.includes(name);
    if (isCarriedOut) continue;
    const words = `task \`${task.name}\`: nothing here carries out \`${name}\`; it raises a configuration error`;
    problems.push(warn(task.pointer, words));
  }
  return problems;
}
