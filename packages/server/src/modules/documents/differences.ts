import { isPlainObject } from "./check-document.ts";
import type { Difference, StoredDocument } from "./model.ts";
import { sealedMark } from "./sealed-fields.ts";

/** What differs between two versions, field by field; encrypted values show only that they differ. */
export function differencesOf(before: StoredDocument, after: StoredDocument): Difference[] {
  const found: Difference[] = [];
  compare(before, after, "", found);
  const sealed = [...(before._encrypt ?? []), ...(after._encrypt ?? [])];
  return found.map((difference) => (isSealed(difference.path, sealed) ? masked(difference) : difference));
}

function compare(before: unknown, after: unknown, path: string, found: Difference[]): void {
  if (isPlainObject(before) && isPlainObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(before[key], after[key], path === "" ? key : `${path}.${key}`, found);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      compare(before[index], after[index], `${path}[${index}]`, found);
    }
  } else if (before !== after) {
    found.push({
      path,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    });
  }
}

/** Also when a part of the encrypted value differs, or a value that holds it came or went as a whole. */
function isSealed(path: string, sealed: readonly string[]): boolean {
  return sealed.some(
    (field) =>
      field === path ||
      path.startsWith(`${field}.`) ||
      path.startsWith(`${field}[`) ||
      field.startsWith(`${path}.`),
  );
}

function masked({ path, ...values }: Difference): Difference {
  return {
    path,
    ...("before" in values ? { before: sealedMark } : {}),
    ...("after" in values ? { after: sealedMark } : {}),
  };
}
