import { violatedConstraint } from "../../kit/database-errors.ts";
import type { Queryable } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import { fieldOf } from "./check-document.ts";
import * as indexes from "./index-store.ts";

const idConstraints = new Set(["an_id_is_used_once_in_a_collection", "versions_of_a_document_are_numbered"]);

/** What a write's failure tells its caller: a broken unique index by its fields, everything else as it is. */
export async function conflictOf(database: Queryable, error: unknown, at: string): Promise<unknown> {
  const constraint = violatedConstraint(error);
  if (constraint === undefined) return error;
  if (idConstraints.has(constraint)) {
    const field = fieldOf(at, "_id");
    return new AppError("already_exists", `${field}: there is a document with this id already`, {
      field,
      cause: error,
    });
  }
  const id = indexes.idInName(constraint);
  const index = id === undefined ? undefined : await indexes.find(database, id);
  if (index === undefined) return error;
  const fields = index.keys.map((key) => key.field).join(", ");
  const place = at === "" ? "" : `${at}: `;
  return new AppError(
    "already_exists",
    `${place}the unique index ${JSON.stringify(index.name)} has a document with the same ${fields} already`,
    { field: fieldOf(at, index.keys[0]!.field), extra: { index: index.name }, cause: error },
  );
}
