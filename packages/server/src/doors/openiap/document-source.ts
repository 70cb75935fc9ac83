import type { Documents } from "../../modules/documents/service.ts";

/** The verbs behind a collection: those of documents, or of a module whose things clients see as documents. */
export type DocumentSource = Pick<
  Documents,
  | "query"
  | "explain"
  | "count"
  | "distinct"
  | "aggregate"
  | "get"
  | "getVersion"
  | "insertOne"
  | "insertMany"
  | "replaceOne"
  | "updateMany"
  | "insertOrUpdate"
  | "deleteOne"
  | "deleteMany"
> & {
  /** Of things that are made one by one, each with its own commit: how many `insertMany` makes at most. */
  oneByOneMax?: number;
};

/** What stands behind a collection of this name. */
export type SourceOf = (collection: string) => DocumentSource;
