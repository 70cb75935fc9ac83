import { createHash } from "node:crypto";

/** A whole statement, or a part of one, with its bound values. */
export interface Sql {
  readonly strings: readonly string[];
  readonly values: readonly unknown[];
  /** Set for statements whose text never changes: they are prepared once per session under this name. */
  readonly name: string | undefined;
}

const names = new WeakMap<TemplateStringsArray, string>();

/**
 * A static statement. Every `${value}` is a bound parameter; a nested `sql` is spliced in with its own values,
 * and then the statement is not prepared, since its text may differ from call to call.
 */
export function sql(strings: TemplateStringsArray, ...values: unknown[]): Sql {
  if (!values.some(isSql)) return { strings, values, name: nameOf(strings) };
  return splice(strings, values);
}

/** Joins parts with a separator: `join([a, b], " and ")`. The separator is ours, never a caller's. */
export function join(parts: readonly Sql[], separator: string): Sql {
  if (parts.length === 0) return empty;
  return splice(["", ...Array.from({ length: parts.length - 1 }, () => separator), ""], parts);
}

export const empty: Sql = { strings: [""], values: [], name: undefined };

/** The text with numbered placeholders, as the server wants it. */
export function textOf(statement: Sql): string {
  return statement.strings.reduce((text, part, index) => `${text}$${index}${part}`);
}

function isSql(value: unknown): value is Sql {
  return (
    typeof value === "object" && value !== null && "strings" in value && "values" in value && "name" in value
  );
}

function splice(strings: readonly string[], values: readonly unknown[]): Sql {
  const outStrings: string[] = [strings[0] ?? ""];
  const outValues: unknown[] = [];
  values.forEach((value, index) => {
    const after = strings[index + 1] ?? "";
    if (!isSql(value)) {
      outValues.push(value);
      outStrings.push(after);
      return;
    }
    outStrings[outStrings.length - 1] += value.strings[0] ?? "";
    outStrings.push(...value.strings.slice(1));
    outValues.push(...value.values);
    outStrings[outStrings.length - 1] += after;
  });
  return { strings: outStrings, values: outValues, name: undefined };
}

function nameOf(strings: TemplateStringsArray): string {
  let name = names.get(strings);
  if (name === undefined) {
    name = createHash("sha1").update(strings.join("$")).digest("base64url").slice(0, 16);
    names.set(strings, name);
  }
  return name;
}
