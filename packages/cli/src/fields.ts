import type { Command } from "commander";

/** Fields of the API whose option is not called as they are. */
const optionOfField: Readonly<Record<string, string>> = {
  attemptsMax: "--attempts",
  backoffMs: "--pause",
  backoffMaxMs: "--pause-max",
  concurrencyPerKey: "--per-key",
  delayMs: "--delay",
  dueAt: "--due",
  expiresInDays: "--days",
  failedQueue: "--failed",
  fileIds: "--file",
  idempotencyKey: "--key",
  leaseMs: "--lease",
  leaseNumber: "--lease",
  successQueue: "--success",
  waitMs: "--wait",
};

/** What a field of the API is called on this command line, as `--scopes: "nope"`; undefined if nothing there is it. */
export function wordOfField(command: Command, field: string): string | undefined {
  const [, name = "", index, rest = ""] = /^(?:query\.|params\.)?(\w+)(?:\[(\d+)\])?(.*)$/.exec(field) ?? [];
  const flag =
    optionOfField[name] ?? `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const option = command.options.find(({ long }) => long === flag);
  if (option === undefined) {
    const isArgument = command.registeredArguments.some((argument) => argument.name() === name);
    return isArgument ? `<${name}>${field.slice(name.length)}` : undefined;
  }
  const value: unknown = command.getOptionValue(option.attributeName());
  const inner = `${index === undefined ? "" : `[${index}]`}${rest}`.replace(/^\./, "");
  if (index !== undefined && rest === "") {
    const member: unknown = (
      typeof value === "string"
        ? value
            .split(",")
            .map((part) => part.trim())
            .filter((part) => part !== "")
        : (value as unknown[])
    )[Number(index)];
    return `${flag}: ${JSON.stringify(member) ?? inner}`;
  }
  return inner === "" ? flag : `${flag}: ${inner}`;
}
