import { isObject } from "./fields.ts";
import { formsOf } from "./secret-forms.ts";

export const maskText = "[secret]";

interface Node {
  next: Map<string, Node>;
  /** Where to go on when no character fits: the longest other form that what was read may begin. */
  back: Node;
  depth: number;
  /** Length of the longest form that ends here. */
  matched: number;
}

/** Hides secrets, in every form of theirs, from what user code prints and answers. */
export class SecretMask {
  readonly #secrets = new Set<string>();
  readonly #forms = new Set<string>();
  #root: Node | undefined;

  /** How many secrets it hides. */
  get size(): number {
    return this.#secrets.size;
  }

  add(secrets: Iterable<string>): void {
    for (const secret of secrets) {
      if (this.#secrets.has(secret)) continue;
      this.#secrets.add(secret);
      for (const form of formsOf(secret)) this.#forms.add(form);
      this.#root = undefined;
    }
  }

  /** A whole text without its secrets. */
  hide(text: string): string {
    if (this.#forms.size === 0) return text;
    const stream = new MaskedStream(this);
    return stream.add(text) + stream.end();
  }

  /** A JSON value with the secrets hidden in all of its texts and keys. */
  hideIn(value: unknown): unknown {
    if (this.#forms.size === 0) return value;
    if (typeof value === "string") return this.hide(value);
    if (typeof value === "number") return this.#hideNumber(value);
    if (Array.isArray(value)) return value.map((each) => this.hideIn(each));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [this.hide(name), this.hideIn(each)]),
    );
  }

  /** A secret of digits may come back as a number. */
  #hideNumber(value: number): number | string {
    return this.#forms.has(String(value)) ? maskText : value;
  }

  /** The automaton of Aho and Corasick over all forms, made when it is wanted. */
  automaton(): Node {
    this.#root ??= build(this.#forms);
    return this.#root;
  }
}

/** Overlapping secrets without an end are let go in pieces of about this many characters. */
const heldMax = 65_536;

/**
 * Hides secrets in a text that comes in pieces. What may be the beginning of a secret is held back until it is known,
 * which is hardly more than the longest form.
 */
export class MaskedStream {
  readonly #mask: SecretMask;
  #root: Node | undefined;
  #node: Node | undefined;
  #held = "";
  /** Places of secrets in the held text, in order, none touching the next. */
  #ranges: [number, number][] = [];

  constructor(mask: SecretMask) {
    this.#mask = mask;
  }

  add(text: string): string {
    const root = this.#mask.automaton();
    // Forms that were added since then count from here on.
    const ready = root === this.#root ? "" : this.end();
    this.#root = root;
    if (root.next.size === 0) return ready + text;
    let node = this.#node ?? root;
    const { length } = this.#held;
    this.#held += text;
    for (let index = length; index < this.#held.length; index += 1) {
      node = step(node, this.#held[index]!);
      if (node.matched > 0) this.#found(index + 1 - node.matched, index + 1);
    }
    this.#node = node;
    return ready + this.#release(this.#held.length - node.depth);
  }

  /** What was held back, when nothing more comes. */
  end(): string {
    this.#node = undefined;
    return this.#release(this.#held.length);
  }

  #found(from: number, to: number): void {
    let start = from;
    for (let last = this.#ranges.at(-1); last !== undefined && last[1] >= start; last = this.#ranges.at(-1)) {
      start = Math.min(start, last[0]);
      this.#ranges.pop();
    }
    this.#ranges.push([start, to]);
  }

  #release(safeUntil: number): string {
    const open = this.#ranges.find(([from, to]) => from < safeUntil && safeUntil < to);
    const until = open !== undefined && this.#held.length <= heldMax ? open[0] : safeUntil;
    let output = "";
    let at = 0;
    for (const [from, to] of this.#ranges.filter(([from]) => from < until)) {
      output += this.#held.slice(at, from) + maskText;
      at = Math.min(to, until);
    }
    output += this.#held.slice(at, until);
    this.#held = this.#held.slice(until);
    this.#ranges = this.#ranges
      .filter(([, to]) => to > until)
      .map(([from, to]) => [Math.max(0, from - until), to - until]);
    return output;
  }
}

function step(from: Node, character: string): Node {
  let node = from;
  for (;;) {
    const next = node.next.get(character);
    if (next !== undefined) return next;
    if (node.back === node) return node;
    node = node.back;
  }
}

function build(forms: Iterable<string>): Node {
  const root = leaf(undefined, 0);
  for (const form of forms) plant(root, form);
  const waiting = [...root.next.values()];
  for (const node of root.next.values()) node.back = root;
  for (let index = 0; index < waiting.length; index += 1) {
    const node = waiting[index]!;
    for (const [character, child] of node.next) {
      child.back = step(node.back, character);
      child.matched = Math.max(child.matched, child.back.matched);
      waiting.push(child);
    }
  }
  return root;
}

function plant(root: Node, form: string): void {
  let node = root;
  for (const character of form.split("")) {
    const next = node.next.get(character) ?? leaf(root, node.depth + 1);
    node.next.set(character, next);
    node = next;
  }
  node.matched = form.length;
}

function leaf(back: Node | undefined, depth: number): Node {
  const node = { next: new Map(), depth, matched: 0 } as unknown as Node;
  node.back = back ?? node;
  return node;
}
