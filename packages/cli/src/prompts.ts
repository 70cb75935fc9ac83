import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { usage } from "./failures.ts";

/** Asks on the terminal; not possible where there is none. */
export async function ask(question: string): Promise<string> {
  requireTerminal(question);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
}

/** Asks without showing what is typed; takes one line of the standard input where there is no terminal. */
export async function askSecret(question: string): Promise<string> {
  if (!process.stdin.isTTY) return firstLine();
  process.stderr.write(question);
  const mute = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: mute, terminal: true });
  try {
    return await lines.question("");
  } finally {
    lines.close();
    process.stderr.write("\n");
  }
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw usage("The password is missing: type it on a terminal, or give it as a line on the standard input.");
}

function requireTerminal(question: string): void {
  if (process.stdin.isTTY) return;
  throw usage(`${question.replace(/:\s*$/, "")} is missing, and there is no terminal to ask on; see --help.`);
}
