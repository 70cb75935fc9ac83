import { type Finding, finding, isCode, matches, type Source } from "./tidy-sources.ts";
import { visit } from "./tidy-rules.ts";

/** Wire names of other systems live in the door that speaks them, and in examples of their clients. */
const foreignWires = /^(packages\/server\/src\/doors|examples\/[^/]+\/src|bench\/src)\/openiap[/.-]/;

/** Every wrong spelling of the glossary's last column, with the word that is meant. */
export function wrongSpellings(glossary: string): Map<string, string> {
  const rows = glossary.split("\n").filter((line) => line.startsWith("| **"));
  return new Map(
    rows.flatMap((row) => {
      const cells = row.split("|").map((cell) => cell.trim());
      const word = cells[1]?.replaceAll("*", "") ?? "";
      return matches(cells[3] ?? "", /`([^`]+)`/g).map((match): [string, string] => [match[1] ?? "", word]);
    }),
  );
}

/** One word keeps one spelling, in code, in SQL and in the names of files. */
export function misspellings(source: Source, wrong: ReadonlyMap<string, string>): Finding[] {
  if (foreignWires.test(source.path)) return [];
  return [...namesIn(source), { name: source.path.replace(/\.\w+$/, ""), offset: 0 }].flatMap(
    ({ name, offset }) => {
      const word = wordsOf(name).find((candidate) => wrong.has(candidate));
      return word === undefined
        ? []
        : [finding(source, offset, `"${word}" in ${name}, say "${wrong.get(word)}"`)];
    },
  );
}

interface Name {
  name: string;
  offset: number;
}

function namesIn(source: Source): Name[] {
  if (source.path.endsWith(".sql")) return namesInSql(source.text, 0);
  if (!isCode(source)) return [];
  const names: Name[] = [];
  visit(source, {
    Identifier: (node) => names.push({ name: node.name, offset: node.start }),
    TaggedTemplateExpression: (node) => {
      if (node.tag.type !== "Identifier" || node.tag.name !== "sql") return;
      for (const part of node.quasi.quasis) names.push(...namesInSql(part.value.raw, part.start));
    },
  });
  return names;
}

function namesInSql(text: string, start: number): Name[] {
  const withoutComments = text.replaceAll(/--.*$/gm, (comment) => " ".repeat(comment.length));
  return matches(withoutComments, /[A-Za-z_]\w*/g).map((match) => ({
    name: match[0],
    offset: start + match.index,
  }));
}

/** `workItemsMax` and `work_items_max` are the same three words. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .split(/[^A-Za-z]+/)
    .map((word) => word.toLowerCase());
}
