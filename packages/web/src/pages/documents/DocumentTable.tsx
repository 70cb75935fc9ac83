import { Link, useSearchParams } from "react-router";
import { Ago } from "../../parts/Ago.tsx";
import { type Column, Table } from "../../parts/Table.tsx";
import { useTexts } from "../../texts/use-texts.ts";
import { collectionPath } from "./paths.ts";

type Row = Record<string, unknown>;

const columnsMax = 4;
const id = /^[0-9a-f]{24}$/;
const charactersMax = 80;

interface DocumentTableProps {
  collection: string;
  documents: Row[];
  sort: string | undefined;
}

/** Documents with those of their fields that most of them have. */
export function DocumentTable({ collection, documents, sort }: DocumentTableProps) {
  const { documents: texts } = useTexts();
  const columns: Column<Row>[] = [
    {
      key: "name",
      title: <SortLink field="name" sort={sort} />,
      wide: true,
      render: (row) => (
        <Link
          to={`${collectionPath(collection)}/${String(row["_id"])}`}
          className={isNamed(row) ? "strong" : "mono"}
        >
          {nameOfDocument(row)}
        </Link>
      ),
    },
    ...fieldsOf(documents).map((field): Column<Row> => ({
      key: field,
      title: <SortLink field={field} sort={sort} />,
      render: (row) => <Value value={row[field]} />,
    })),
    {
      key: "_modified",
      title: <SortLink field="_modified" label={texts.changed} sort={sort} />,
      numeric: true,
      render: (row) => <Ago at={String(row["_modified"])} />,
    },
  ];
  return (
    <Table
      label={texts.list(collection)}
      columns={columns}
      rows={documents}
      keyOf={(row) => String(row["_id"])}
    />
  );
}

interface SortLinkProps {
  field: string;
  label?: string;
  sort: string | undefined;
}

/** First the one way, then the other, then as it comes. */
function SortLink({ field, label = field, sort }: SortLinkProps) {
  const { documents: texts } = useTexts();
  const [search] = useSearchParams();
  const next = new URLSearchParams(search);
  next.delete("cursor");
  if (sort === field) next.set("sort", `-${field}`);
  else if (sort === `-${field}`) next.delete("sort");
  else next.set("sort", field);
  const mark = { [field]: " ↑", [`-${field}`]: " ↓" }[sort ?? ""] ?? "";
  return (
    <Link to={`?${next.toString()}`} className="sort" aria-label={texts.sortBy(label)}>
      {label}
      {mark}
    </Link>
  );
}

function Value({ value }: { value: unknown }) {
  if (value === undefined) return <span className="muted">–</span>;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return <>{text.length > charactersMax ? `${text.slice(0, charactersMax)}…` : text}</>;
}

function isNamed(row: Row): boolean {
  return typeof row["name"] === "string" && row["name"] !== "";
}

/** What people know a document by. */
export function nameOfDocument(row: Row): string {
  return isNamed(row) ? String(row["name"]) : String(row["_id"]);
}

/** The fields that occur most, short values before lists, objects and ids; system fields and the name aside. */
function fieldsOf(documents: Row[]): string[] {
  const scores = new Map<string, number>();
  for (const document of documents) {
    for (const [field, value] of Object.entries(document)) {
      if (field.startsWith("_") || field === "name") continue;
      const isPoor = typeof value === "object" || (typeof value === "string" && id.test(value));
      const score = isPoor ? 0.1 : 1;
      scores.set(field, (scores.get(field) ?? 0) + score);
    }
  }
  return [...scores]
    .toSorted(([, left], [, right]) => right - left)
    .slice(0, columnsMax)
    .map(([field]) => field);
}
