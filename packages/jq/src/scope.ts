import type { Code } from "./code.ts";
import { syntaxError } from "./errors.ts";
import type { Definition } from "./syntax.ts";

/** What a name means where an expression stands. `level` counts the bindings in force once it is bound. */
export type Entry =
  | { readonly kind: "variable" | "label"; readonly name: string; readonly level: number }
  | { readonly kind: "parameter"; readonly name: string; readonly level: number; readonly isDirect: boolean }
  | FunctionEntry;

export interface FunctionEntry {
  readonly kind: "function";
  readonly name: string;
  readonly arity: number;
  readonly level: number;
  readonly definition: Definition;
  /** Where the function was defined, with itself in it. */
  readonly scope: Scope;
  /** One compiled body for each combination of arguments with one and with many outputs. */
  readonly variants: Map<string, Variant>;
}

export interface Variant {
  code: Code | null;
  /** What its calls of itself may take for granted while it is compiled. */
  isDirect: boolean;
  callsItself: boolean;
}

interface Link {
  readonly entry: Entry;
  readonly next: Link | null;
}

/** What all parts of one compilation share. */
export interface Source {
  readonly text: string;
  /** Finds a function that the program does not define itself. */
  readonly find: (name: string, args: readonly Code[]) => Code | FunctionEntry | null;
  /** How often a body was compiled again because a guess about it was wrong. */
  repeats: number;
}

/** The names in force at a place of the program; extending gives another scope. */
export class Scope {
  readonly source: Source;
  readonly level: number;
  private readonly names: Link | null;

  constructor(source: Source, level = 0, names: Link | null = null) {
    this.source = source;
    this.level = level;
    this.names = names;
  }

  with(kind: "variable" | "label", name: string): Scope {
    const level = this.level + 1;
    return new Scope(this.source, level, { entry: { kind, name, level }, next: this.names });
  }

  withParameter(name: string, isDirect: boolean): Scope {
    const level = this.level + 1;
    const entry: Entry = { kind: "parameter", name, level, isDirect };
    return new Scope(this.source, level, { entry, next: this.names });
  }

  withFunction(definition: Definition): Scope {
    const { name, parameters } = definition;
    const link: { entry: Entry | null; next: Link | null } = { entry: null, next: this.names };
    const scope = new Scope(this.source, this.level, link as Link);
    link.entry = {
      kind: "function",
      name,
      arity: parameters.length,
      level: this.level,
      definition,
      scope,
      variants: new Map(),
    };
    return scope;
  }

  /** How many bindings outwards a variable or label stands. */
  distance(kind: "variable" | "label", name: string, position: number): number {
    for (let link = this.names; link !== null; link = link.next) {
      const { entry } = link;
      if (entry.kind === kind && entry.name === name) return this.level - entry.level;
    }
    const shown = kind === "label" ? `$*label-${name}` : `$${name}`;
    throw syntaxError(this.source.text, position, `${shown} is not defined`);
  }

  knows(name: string): boolean {
    for (let link = this.names; link !== null; link = link.next) {
      if (link.entry.kind === "variable" && link.entry.name === name) return true;
    }
    return false;
  }

  function(name: string, arity: number): Exclude<Entry, { kind: "variable" | "label" }> | null {
    for (let link = this.names; link !== null; link = link.next) {
      const { entry } = link;
      if (entry.name !== name) continue;
      if (entry.kind === "function" && entry.arity === arity) return entry;
      if (entry.kind === "parameter" && arity === 0) return entry;
    }
    return null;
  }
}
