import { readFileSync } from "node:fs";

/** One case of jq's own test file. */
export interface Vector {
  readonly program: string;
  readonly line: number;
  /** The JSON text of the input; null where the program must not compile. */
  readonly input: string | null;
  readonly outputs: readonly string[];
  /** What jq says of a program that must not compile; null where its words are not tested. */
  readonly message: string | null;
}

/** The cases of a file in the format of jq: program, input, outputs, an empty line. */
export function readVectors(path: URL): Vector[] {
  const lines = readFileSync(path, "utf8").split("\n");
  const vectors: Vector[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!;
    if (line.trim() === "" || line.startsWith("#")) continue;
    const block: string[] = [];
    const start = at;
    while (at < lines.length && lines[at]!.trim() !== "") {
      block.push(lines[at]!);
      at += 1;
    }
    vectors.push(vectorOf(block, start + 1));
  }
  return vectors;
}

function vectorOf(block: readonly string[], line: number): Vector {
  const [first, program] = block as [string, string];
  if (!first.startsWith("%%FAIL")) {
    const outputs = block.slice(2).filter((output) => !output.startsWith("#"));
    return { program: first, line, input: program, outputs, message: null };
  }
  const message = first.includes("IGNORE") ? null : (block[2] ?? null);
  return { program, line: line + 1, input: null, outputs: [], message };
}
