import {
  type ArrowFunctionExpression,
  type CallExpression,
  type Expression,
  type Function as FunctionNode,
  type NewExpression,
  Visitor,
  type VisitorObject,
} from "oxc-parser";
import {
  commentsOf,
  type Finding,
  finding,
  isCode,
  isTest,
  lineAt,
  matches,
  type Rule,
  type Source,
  syntaxOf,
} from "./tidy-sources.ts";

const functionLinesMax = 70;
const fileLinesMax = 500;
const lineCharactersMax = 120;

/** Files of modules that may read this machine's clock, each with its reason. */
export const clockReaders: Readonly<Record<string, string>> = {};

/** A function is read at one sight. A `describe` groups tests and is no function in this sense. */
export const functionsStayShort: Rule = (source) => {
  const findings: Finding[] = [];
  const groups = new Set<unknown>();
  const check = (node: FunctionNode | ArrowFunctionExpression): void => {
    const lines = lineAt(source, node.end) - lineAt(source, node.start) + 1;
    if (lines <= functionLinesMax || groups.has(node)) return;
    findings.push(
      finding(source, node.start, `a function of ${lines} lines, the wall is ${functionLinesMax}`),
    );
  };
  visit(source, {
    CallExpression: (node) => {
      if (calleeName(node) === "describe") for (const argument of node.arguments) groups.add(argument);
    },
    FunctionDeclaration: check,
    FunctionExpression: check,
    ArrowFunctionExpression: check,
  });
  return findings;
};

export const filesStayShort: Rule = (source) => {
  const lines = source.text.trimEnd().split("\n").length;
  if (!isCode(source) || lines <= fileLinesMax) return [];
  return [`${source.path}:1: a file of ${lines} lines, the wall is ${fileLinesMax}`];
};

/** Tables, links and drawings of a page cannot be broken. */
export const linesStayShort: Rule = (source) => {
  const isPage = source.path.endsWith(".md");
  return source.text.split("\n").flatMap((line, index) => {
    const length = [...line].length;
    if (length <= lineCharactersMax || (isPage && /^\s*\||\]\(|https?:/.test(line))) return [];
    return [`${source.path}:${index + 1}: ${length} characters, the wall is ${lineCharactersMax}`];
  });
};

const emptyNames = ["index", "util", "utils", "types", "constants", "helper", "helpers", "common", "misc"];

/** A name that says nothing collects everything. */
export const namesSaySomething: Rule = ({ path }) => {
  const names = path.split("/").map((part) => part.replace(/\.(test\.)?(tsx?|mjs|cjs)$/, ""));
  const name = names.find((candidate) => emptyNames.includes(candidate));
  return name === undefined ? [] : [`${path}:1: the name "${name}" says nothing`];
};

const sqlHomes = [/^packages\/server\/src\/kit\//, /^packages\/server\/src\/modules\/query-language\//];
const storeFile = /\/(store|[^/]+-store)\.ts$/;

/** SQL stands in stores, in the kit and in the compiler of the query language. */
export const sqlStaysInStores: Rule = (source) => {
  const mayHoldSql = storeFile.test(source.path) || sqlHomes.some((home) => home.test(source.path));
  if (!isCode(source) || isTest(source) || mayHoldSql || !/^(packages|examples)\//.test(source.path))
    return [];
  const findings: Finding[] = [];
  visit(source, {
    ImportDeclaration: (node) => {
      const isDriver = node.source.value === "pg" && node.importKind !== "type";
      const isTag = node.source.value.endsWith("/kit/sql.ts") && node.importKind !== "type";
      if (isDriver || isTag) findings.push(finding(source, node.start, "SQL outside of a store"));
    },
    TaggedTemplateExpression: (node) => {
      if (nameOf(node.tag) === "sql") findings.push(finding(source, node.start, "SQL outside of a store"));
    },
  });
  return findings.slice(0, 1);
};

const evaluators = new Set(["vm", "node:vm", "vm2", "isolated-vm", "node:repl", "repl"]);

/** User code never runs in the server. */
export const nothingIsEvaluated: Rule = (source) => {
  if (!isCode(source) || !source.path.startsWith("packages/server/")) return [];
  const findings: Finding[] = [];
  const what = "evaluates code";
  const check = (node: CallExpression | NewExpression): void => {
    if (["eval", "Function"].includes(calleeName(node))) findings.push(finding(source, node.start, what));
    const argument = node.arguments[0];
    const loads = calleeName(node) === "require" && argument?.type === "Literal";
    if (loads && evaluators.has(String(argument.value))) findings.push(finding(source, node.start, what));
  };
  visit(source, {
    ImportDeclaration: (node) => {
      if (evaluators.has(node.source.value)) findings.push(finding(source, node.start, what));
    },
    ImportExpression: (node) => {
      const isEvaluator = node.source.type === "Literal" && evaluators.has(String(node.source.value));
      if (isEvaluator) findings.push(finding(source, node.start, what));
    },
    CallExpression: check,
    NewExpression: check,
  });
  return findings;
};

/** The database is the only clock. `new Date(value)` converts and is no clock. */
export const clockIsTheDatabase: Rule = (source) => {
  const isBound = source.path.startsWith("packages/server/src/modules/") && !(source.path in clockReaders);
  if (!isBound || !isCode(source) || isTest(source)) return [];
  return clockReadings(source);
};

/** Where a file asks this machine for the time. */
export function clockReadings(source: Source): Finding[] {
  const findings: Finding[] = [];
  const what = "reads this machine's clock; the database is the only clock";
  visit(source, {
    CallExpression: (node) => {
      if (calleeName(node) === "Date.now") findings.push(finding(source, node.start, what));
    },
    NewExpression: (node) => {
      const isNow = calleeName(node) === "Date" && node.arguments.length === 0;
      if (isNow) findings.push(finding(source, node.start, what));
    },
  });
  return findings;
}

/** An error that nobody sees is neither the caller's nor ours. */
export const catchesDoSomething: Rule = (source) => {
  if (!isCode(source)) return [];
  const findings: Finding[] = [];
  visit(source, {
    CatchClause: (node) => {
      if (node.body.body.length === 0) findings.push(finding(source, node.start, "an empty catch"));
    },
    CallExpression: (node) => {
      const handler = node.arguments[0];
      const isCatch = node.callee.type === "MemberExpression" && nameOf(node.callee).endsWith(".catch");
      if (!isCatch || handler?.type !== "ArrowFunctionExpression") return;
      const body = handler.body;
      if (body.type === "BlockStatement" && body.body.length === 0) {
        findings.push(finding(source, handler.start, "an empty catch"));
      }
    },
  });
  return findings;
};

const marks = /\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b/g;

/** What is to be done stands in an issue, not in the sources. */
export const nothingIsPutOff: Rule = (source) =>
  matches(source.text, marks).map((match) => finding(source, match.index, `the mark ${match[0]}`));

const machinePath = /(?<![\w./-])\/(home|root|Users|work)\/[\w.-]+/g;

/** A path of one machine is wrong on every other. */
export const pathsAreRelative: Rule = (source) =>
  matches(source.text, machinePath).map((match) => finding(source, match.index, `the path ${match[0]}`));

/** Comments say why; git keeps the past, and a banner says nothing. */
export const commentsAreSentences: Rule = (source) =>
  commentsOf(source).flatMap(({ line, text }) => {
    const at = `${source.path}:${line}`;
    if (/(^|[\s(])#\d+\b|\b(issue|ticket|bug|pull request|PR) #?\d+\b/i.test(text))
      return [`${at}: a ticket number`];
    return /[=*#~-]{8,}/.test(text) ? [`${at}: a banner`] : [];
  });

export function visit(source: Source, visitor: VisitorObject): void {
  if (isCode(source)) new Visitor(visitor).visit(syntaxOf(source).program);
}

function calleeName(node: CallExpression | NewExpression): string {
  return nameOf(node.callee);
}

/** `a` or `a.b`; an empty text for anything else. */
function nameOf(node: Expression): string {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "MemberExpression" || node.computed || node.property.type !== "Identifier") return "";
  return `${nameOf(node.object)}.${node.property.name}`;
}
