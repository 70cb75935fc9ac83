import { invalid, type AppError } from "../../kit/errors.ts";

/** The error for an operator that does not exist, with the nearest one that does. */
export function unknownOperator(name: string, known: Iterable<string>, at: string): AppError {
  const nearest = nearestOf(name, known);
  const hint = nearest === undefined ? "" : `; did you mean ${nearest}?`;
  return invalid(at, `there is no operator ${name} here${hint}`);
}

const distanceMax = 3;

function nearestOf(name: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = distanceMax + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase().slice(0, 40), candidate.toLowerCase());
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const gap = Math.min(previous[column] ?? 0, current[column - 1] ?? 0) + 1;
      current.push(Math.min(substitution, gap));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
