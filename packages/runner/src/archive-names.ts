import type { ArchiveLimits } from "./archive-limits.ts";
import { Refusal } from "./failures.ts";

const nameBytesMax = 255;
const pathBytesMax = 1_000;

/** Names that mean a device or nothing on some system, with any extension. */
const reserved = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/** Whether one part of a path is no harmless name of a file on every system: control or reserved characters, traps. */
export function isHostileName(part: string): boolean {
  if (part === "" || part === "." || part === "..") return true;
  if (Buffer.byteLength(part) > nameBytesMax || reserved.test(part)) return true;
  // Characters of control and of writing direction, which make a name look like another one.
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFD]/u.test(part)) return true;
  return /[<>:"|?*\\]/.test(part) || /[. ]$/.test(part) || part.startsWith("-");
}

/** The entries of one archive as far as they were admitted. */
export class ArchiveNames {
  readonly #limits: ArchiveLimits;
  /** Folded name to what stands there. */
  readonly #kinds = new Map<string, { kind: "file" | "directory"; name: string }>();
  #count = 0;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
  }

  /** The harmless relative path of an entry; refuses the archive otherwise. */
  admit(name: string, type: string): string {
    this.#count += 1;
    if (this.#count > this.#limits.entries)
      throw new Refusal("archive_invalid", `more than ${this.#limits.entries} entries`);
    if (type !== "file" && type !== "directory")
      throw new Refusal("archive_invalid", `${shown(name)} is a ${type}; only files and folders are taken`);
    const parts = (type === "directory" ? name.replace(/\/$/, "") : name).replace(/^(\.\/)+/, "").split("/");
    if (type === "directory" && parts.join("/") === ".") return ".";
    if (parts.some(isHostileName) || Buffer.byteLength(name) > pathBytesMax)
      throw new Refusal("archive_invalid", `${shown(name)} is no harmless relative name`);
    if (parts.length > this.#limits.depth)
      throw new Refusal("archive_invalid", `${shown(name)} is deeper than ${this.#limits.depth} folders`);
    for (let length = 1; length < parts.length; length += 1) this.#place(parts.slice(0, length), "directory");
    this.#place(parts, type);
    return parts.join("/");
  }

  /** Two names that some file system takes for one are a collision. */
  #place(parts: readonly string[], kind: "file" | "directory"): void {
    const name = parts.join("/");
    const folded = name.normalize("NFKC").toLowerCase();
    const there = this.#kinds.get(folded);
    const isSameFolder = there?.kind === "directory" && kind === "directory" && there.name === name;
    if (there !== undefined && !isSameFolder)
      throw new Refusal("archive_invalid", `${shown(name)} collides with ${shown(there.name)}`);
    this.#kinds.set(folded, { kind, name });
  }
}

function shown(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}...` : name);
}
