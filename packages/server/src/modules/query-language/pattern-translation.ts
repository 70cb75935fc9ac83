/**
 * The part of the RE2 syntax whose meaning is the same in PostgreSQL: literals, dot, plain classes, groups,
 * alternatives, anchors and `* + ?`. Each piece is read and written anew, so that nothing unknown gets through.
 */
export interface Translated {
  sql: string;
  prefix: string | undefined;
}

interface Flags {
  ignoreCase: boolean;
  dotAll: boolean;
}

interface Reader {
  characters: string[];
  position: number;
  depth: number;
  flags: Flags;
}

const lengthMax = 200;
const depthMax = 20;

/** The translation, or undefined where the two dialects differ or might. */
export function translatePattern(source: string, flags: Flags): Translated | undefined {
  if (source === "" || source.length > lengthMax) return undefined;
  const reader: Reader = { characters: [...source], position: 0, depth: 0, flags };
  const sql = readAlternatives(reader);
  if (sql === undefined || reader.position < reader.characters.length) return undefined;
  return { sql, prefix: flags.ignoreCase ? undefined : prefixOf(source) };
}

/** `^abc` and what follows, unless the last letter may be absent or there are alternatives. */
function prefixOf(source: string): string | undefined {
  const literal = /^\^([\p{L}\p{N} _:,;@/-]+)/u.exec(source)?.[1];
  if (literal === undefined || source.includes("|")) return undefined;
  const next = source[literal.length + 1];
  const certain = next === "*" || next === "?" ? [...literal].slice(0, -1).join("") : literal;
  return certain === "" ? undefined : certain;
}

function readAlternatives(reader: Reader): string | undefined {
  const branches: string[] = [];
  do {
    const branch = readBranch(reader);
    if (branch === undefined) return undefined;
    branches.push(branch);
  } while (take(reader, "|"));
  return branches.join("|");
}

function readBranch(reader: Reader): string | undefined {
  let branch = "";
  while (reader.position < reader.characters.length && !["|", ")"].includes(peek(reader))) {
    const piece = readPiece(reader);
    if (piece === undefined) return undefined;
    branch += piece;
  }
  return branch === "" ? undefined : branch;
}

function readPiece(reader: Reader): string | undefined {
  const isAnchor = peek(reader) === "^" || peek(reader) === "$";
  const atom = readAtom(reader);
  if (atom === undefined || !["*", "+", "?"].includes(peek(reader))) {
    return peek(reader) === "{" ? undefined : atom;
  }
  const quantifier = next(reader);
  take(reader, "?");
  if (isAnchor || ["*", "+", "?", "{"].includes(peek(reader))) return undefined;
  return atom + quantifier;
}

function readAtom(reader: Reader): string | undefined {
  const character = next(reader);
  switch (character) {
    case "^":
    case "$":
      return character;
    case ".":
      return reader.flags.dotAll ? "." : "[^\n]";
    case "(":
      return readGroup(reader);
    case "[":
      return readClass(reader);
    case "\\":
      return readEscape(reader);
    case "*":
    case "+":
    case "?":
    case "{":
    case "}":
    case "]":
      return undefined;
    default:
      return literal(character, reader.flags);
  }
}

function readGroup(reader: Reader): string | undefined {
  if (take(reader, "?") && !take(reader, ":")) return undefined;
  reader.depth += 1;
  if (reader.depth > depthMax) return undefined;
  const inner = readAlternatives(reader);
  reader.depth -= 1;
  return inner === undefined || !take(reader, ")") ? undefined : `(?:${inner})`;
}

function readEscape(reader: Reader): string | undefined {
  const character = next(reader);
  if (character === "d") return "[0-9]";
  return /^[!-/:-@[-`{-~]$/.test(character) ? literal(character, reader.flags) : undefined;
}

function readClass(reader: Reader): string | undefined {
  const negated = take(reader, "^") ? "^" : "";
  let items = "";
  while (reader.position < reader.characters.length && peek(reader) !== "]") {
    const item = readClassItem(reader);
    if (item === undefined) return undefined;
    items += item;
  }
  return items === "" || !take(reader, "]") ? undefined : `[${negated}${items}]`;
}

function readClassItem(reader: Reader): string | undefined {
  const first = next(reader);
  if (!/^[\p{L}\p{N} _.,:;@/]$/u.test(first)) return undefined;
  if (peek(reader) !== "-") return caseVariants(first, reader.flags);
  next(reader);
  const last = next(reader);
  const isRange = [/^[a-z]{2}$/, /^[A-Z]{2}$/, /^[0-9]{2}$/].some((range) => range.test(first + last));
  if (!isRange || first > last || (reader.flags.ignoreCase && first > "9")) return undefined;
  return `${first}-${last}`;
}

function literal(character: string, flags: Flags): string | undefined {
  if (/^[0-9]$/.test(character)) return character;
  if (/^[\p{L}\p{N}\p{M}]$/u.test(character)) {
    const variants = caseVariants(character, flags);
    return variants === undefined || [...variants].length === 1 ? variants : `[${variants}]`;
  }
  return character.charCodeAt(0) < 128 ? `\\${character}` : character;
}

/** All that equals a character when case is ignored. K and S have a third form; beyond ASCII we do not go. */
function caseVariants(character: string, flags: Flags): string | undefined {
  if (!flags.ignoreCase) return character;
  if (character.charCodeAt(0) > 127) return undefined;
  const lower = character.toLowerCase();
  const upper = character.toUpperCase();
  if (lower === upper) return character;
  const third = { k: "\u212a", s: "\u017f" }[lower] ?? "";
  return lower + upper + third;
}

function peek(reader: Reader): string {
  return reader.characters[reader.position] ?? "";
}

function next(reader: Reader): string {
  const character = peek(reader);
  reader.position += 1;
  return character;
}

function take(reader: Reader, character: string): boolean {
  if (peek(reader) !== character) return false;
  reader.position += 1;
  return true;
}
