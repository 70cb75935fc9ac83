import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { type Comment, parseSync, type Program } from "oxc-parser";

/** A file as the rules see it: its path from the root of the repository, with slashes, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** A breach of a rule, written `path:line: what is wrong`. */
export type Finding = string;

export type Rule = (source: Source) => Finding[];

const foldersLeftOut = new Set(["node_modules", "dist", ".git", "coverage", "data", "scratch"]);
const textKinds = new Set([
  ".ts",
  ".tsx",
  ".mjs",
  ".cjs",
  ".sql",
  ".md",
  ".json",
  ".yaml",
  ".yml",
  ".css",
  ".html",
]);
const generated = [
  /^package-lock\.json$/,
  /^packages\/contract\//,
  /^packages\/server\/db\/schema\.sql$/,
  // The standard's examples as they were published, and recorded histories.
  /^packages\/workflow\/test\/(examples|histories)\//,
];

/** Every file of the repository that a person writes. */
export function readSources(root: string, folder = ""): Source[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return foldersLeftOut.has(entry.name) ? [] : readSources(root, path);
    if (!isWritten(path)) return [];
    return [{ path, text: readFileSync(join(root, path), "utf8") }];
  });
}

function isWritten(path: string): boolean {
  const isText = textKinds.has(extname(path)) || path === ".ci/run";
  return isText && !generated.some((pattern) => pattern.test(path));
}

export function isCode(source: Source): boolean {
  return /\.(tsx?|mjs|cjs)$/.test(source.path);
}

/** Tests, and what only tests import. */
export function isTest(source: Source): boolean {
  return /\.test\.tsx?$|\/testing(-[a-z0-9-]+)?\.ts$|^e2e\/|^vitest\./.test(source.path);
}

/** The syntax tree and the comments of a code file; a file is parsed once. */
export function syntaxOf(source: Source): { program: Program; comments: Comment[] } {
  const known = trees.get(source);
  if (known !== undefined) return known;
  const { program, comments, errors } = parseSync(source.path, source.text);
  if (errors.length > 0) throw new Error(`${source.path}: ${errors[0]?.message}`);
  trees.set(source, { program, comments });
  return { program, comments };
}

const trees = new WeakMap<Source, { program: Program; comments: Comment[] }>();

/** The comments of a code or SQL file, with the line each begins on. */
export function commentsOf(source: Source): { line: number; text: string }[] {
  if (isCode(source)) {
    return syntaxOf(source).comments.map(({ value, start }) => ({
      line: lineAt(source, start),
      text: value,
    }));
  }
  if (!source.path.endsWith(".sql")) return [];
  return matches(source.text, /--(.*)$/gm).map((match) => ({
    line: lineAt(source, match.index),
    text: match[1] ?? "",
  }));
}

export function lineAt(source: Source, offset: number): number {
  return source.text.slice(0, offset).split("\n").length;
}

/** One breach, at an offset of the text. */
export function finding(source: Source, offset: number, what: string): Finding {
  return `${source.path}:${lineAt(source, offset)}: ${what}`;
}

export function matches(text: string, pattern: RegExp): RegExpExecArray[] {
  return [...text.matchAll(pattern)];
}
