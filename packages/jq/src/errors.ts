import type { Json } from "./value.ts";

export type JqErrorKind = "syntax" | "failed" | "budget";

export interface JqErrorDetails {
  /** Offset in the program's text, in UTF-16 units; line and column count from 1. Syntax errors only. */
  position?: number;
  line?: number;
  column?: number;
  /** The value that was raised. Failed runs only. */
  value?: Json;
  /** Which budget was spent. */
  budget?: string;
}

/**
 * What is wrong with a program or its run. `syntax`: the text is no program, and the error says where. `failed`: the
 * program raised an error that it did not catch; `value` is what it raised. `budget`: it took more than it was given.
 */
export class JqError extends Error {
  readonly kind: JqErrorKind;
  readonly position: number | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly value: Json | undefined;
  readonly budget: string | undefined;

  constructor(kind: JqErrorKind, message: string, details: JqErrorDetails = {}) {
    super(message);
    this.name = "JqError";
    this.kind = kind;
    this.position = details.position;
    this.line = details.line;
    this.column = details.column;
    this.value = details.value;
    this.budget = details.budget;
  }
}

/** A syntax error at an offset of the text. */
export function syntaxError(text: string, position: number, message: string): JqError {
  const before = text.slice(0, position);
  const line = before.split("\n").length;
  const column = position - before.lastIndexOf("\n");
  return new JqError("syntax", `${message} at line ${line}, column ${column}`, { position, line, column });
}
