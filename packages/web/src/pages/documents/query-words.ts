/** The operators of the query language that a filter is made of. */
const operators = [
  "$eq",
  "$ne",
  "$gt",
  "$gte",
  "$lt",
  "$lte",
  "$in",
  "$nin",
  "$exists",
  "$regex",
  "$and",
  "$or",
  "$not",
  "$elemMatch",
  "$size",
  "$all",
];

const systemFields = ["_id", "_type", "_created", "_createdby", "_modified", "_modifiedby", "_version"];

/** What may be meant in a filter: the fields that the documents at hand have, then operators. */
export function queryWords(documents: readonly Record<string, unknown>[]): { word: string; kind: string }[] {
  const fields = new Set<string>();
  for (const document of documents) for (const field of Object.keys(document)) fields.add(field);
  const own = [...fields].filter((field) => !field.startsWith("_")).toSorted();
  return [
    ...own.map((word) => ({ word, kind: "property" })),
    ...operators.map((word) => ({ word, kind: "keyword" })),
    ...systemFields.map((word) => ({ word, kind: "variable" })),
  ];
}
