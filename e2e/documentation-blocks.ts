/** What a page shows in a fenced block, and what the text says of it. */
export interface Block {
  page: string;
  /** Of the opening fence, from 1. */
  line: number;
  kind: "sh" | "ts" | "json" | "text";
  text: string;
  /** Why it is not run. */
  skip: string | undefined;
  /** It runs until it is interrupted. */
  goesOn: boolean;
  /** What the block before it answers (JSON) or prints (text), by the words above it. */
  expected: boolean;
}

const fence = /^```(.*)$/;
const expecting = /\b(answers|prints)\b[^.]*:$/;

/** Every fenced block of a page, in order. A block that the test does not know how to prove is refused. */
export function readBlocks(page: string, text: string): Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const opening = fence.exec(lines[index]!);
    if (opening === null) continue;
    const end = lines.indexOf("```", index + 1);
    if (end < 0) throw new Error(`${page}:${index + 1}: the block has no end`);
    const above = lines.slice(0, index).findLast((line) => line.trim() !== "") ?? "";
    const about = aboutOf(`${page}:${index + 1}`, opening[1]!);
    const expected = ["json", "text"].includes(about.kind) && expecting.test(above);
    blocks.push({ page, line: index + 1, ...about, text: lines.slice(index + 1, end).join("\n"), expected });
    index = end;
  }
  return blocks;
}

/** `sh`, `sh goes on`, or `sh skip: needs a second machine`. */
function aboutOf(place: string, infoString: string): Pick<Block, "kind" | "skip" | "goesOn"> {
  const match = /^(sh|ts|json|text)(?: (goes on)| skip: (\S.*))?$/.exec(infoString);
  if (match === null) throw new Error(`${place}: "${infoString}" is none of sh, ts, json, text`);
  return { kind: match[1] as Block["kind"], goesOn: match[2] !== undefined, skip: match[3] };
}

/** What a block's own comments say that it prints: `console.log(item.state); // new`. */
export function saidInComments(text: string): string {
  return Array.from(text.matchAll(/console\.log\(.*\);? +\/\/ (.+)$/gm), (match) => match[1]!).join("\n");
}

/** The first expected line that the output does not have after those before it; `...` stands for anything. */
export function firstMissing(expected: string, output: string): string | undefined {
  const lines = output.split("\n");
  for (const line of expected.split("\n").filter((each) => each.trim() !== "")) {
    const pattern = patternOf(line.trim().replaceAll(/\s+/g, " "));
    const at = lines.findIndex((each) => pattern.test(each.trim().replaceAll(/\s+/g, " ")));
    if (at < 0) return line;
    lines.splice(0, at + 1);
  }
  return undefined;
}

/** The text as a pattern in which `...` stands for anything. */
export function patternOf(text: string): RegExp {
  const parts = text.split("...").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
