/** A place in the text of a definition; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something that is wrong with a definition (`error`: it does not run), or looks wrong (`warning`). */
export interface Problem extends Place {
  readonly severity: "error" | "warning";
  /** A word that tells the kind of problem, for programs. */
  readonly code: string;
  /** The JSON Pointer of the part it is about. */
  readonly pointer: string;
  /** What is wrong, in a sentence for people. */
  readonly message: string;
}

/** More problems than this are not told at once. */
export const problemsMax = 100;

/** One line for people: `line 12, column 7: message`. */
export function problemLine({ line, column, message }: Problem): string {
  return `line ${line}, column ${column}: ${message}`;
}

/** Longer names are compared with nothing, and no name with more than so many others. */
const lettersMax = 60;
const namesMax = 300;

/** The known name that looks most like a wrong one; undefined where none is near. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > lettersMax) return undefined;
  let left = namesMax;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    if (--left < 0) break;
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const edits = editsBetween(name.toLowerCase(), candidate.toLowerCase());
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** The end of a sentence about a wrong name: `; did you mean ...?`, or nothing. */
export function suggestion(name: string, known: Iterable<string>): string {
  const near = nearest(name, known);
  return near === undefined ? "" : `; did you mean \`${near}\`?`;
}

/** Letters to insert, remove, change or swap with their neighbour. */
function editsBetween(one: string, other: string): number {
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = one[i - 1] === other[j - 1];
      let least = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (isSame ? 0 : 1));
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwapped) least = Math.min(least, before[j - 2]! + 1);
      next.push(least);
    }
    [before, row] = [row, next];
  }
  return row[other.length]!;
}
