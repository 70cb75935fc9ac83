import type { Encryption } from "../../kit/encryption.ts";
import { invalid } from "../../kit/errors.ts";
import { fieldOf, isPlainObject } from "./check-document.ts";
import type { StoredDocument } from "./model.ts";

/** What history shows in the place of an encrypted value that changed. */
export const sealedMark = "(sealed)";

/** Seals and opens the fields that a document names in `_encrypt`; a sealed value opens only in its own place. */
export class SealedFields {
  readonly #encryption: Encryption;

  constructor(encryption: Encryption) {
    this.#encryption = encryption;
  }

  /** The document with its encrypted fields sealed; the given one stays as it is. */
  seal(
    where: { tenantId: string; collection: string },
    document: StoredDocument,
    at: string,
  ): StoredDocument {
    return replaceFields(
      document,
      (path, value) => {
        const plain = JSON.stringify(value);
        return this.#encryption.seal(plain, contextOf(where, document._id, path));
      },
      at,
    );
  }

  /** The document with its encrypted fields readable. */
  open(where: { tenantId: string; collection: string }, document: StoredDocument): StoredDocument {
    return replaceFields(
      document,
      (path, value) => {
        if (typeof value !== "string") return value;
        return JSON.parse(this.#encryption.open(value, contextOf(where, document._id, path))) as unknown;
      },
      "",
    );
  }
}

function contextOf(where: { tenantId: string; collection: string }, id: string, path: string): string {
  return [where.tenantId, where.collection, id, path].join("|");
}

function replaceFields(
  document: StoredDocument,
  replace: (path: string, value: unknown) => unknown,
  at: string,
): StoredDocument {
  if (document._encrypt === undefined) return document;
  let result: Record<string, unknown> = document;
  for (const path of document._encrypt) {
    result = replaceAt(result, path.split("."), (value) => replace(path, value), fieldOf(at, path));
  }
  return result as StoredDocument;
}

/** Copies only along the path; where the path ends early nothing changes. */
function replaceAt(
  container: Record<string, unknown>,
  [key = "", ...rest]: readonly string[],
  replace: (value: unknown) => unknown,
  at: string,
): Record<string, unknown> {
  if (!Object.hasOwn(container, key)) return container;
  const value = container[key];
  if (rest.length === 0) return { ...container, [key]: replace(value) };
  if (Array.isArray(value)) throw invalid(at, "cannot be encrypted inside a list: encrypt the whole list");
  if (!isPlainObject(value)) return container;
  return { ...container, [key]: replaceAt(value, rest, replace, at) };
}
