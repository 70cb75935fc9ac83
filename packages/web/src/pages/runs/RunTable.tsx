import { Link } from "react-router";
import type { RunEntry } from "../../api/workflows-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { State } from "../../parts/State.tsx";
import { type Column, Table } from "../../parts/Table.tsx";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";

/** Runs as lines that lead to each. */
export function RunTable({ runs }: { runs: RunEntry[] }) {
  const { runs: texts } = useTexts();
  const formats = useFormats();
  const columns: Column<RunEntry>[] = [
    {
      key: "run",
      title: texts.run,
      wide: true,
      render: ({ id, workflow, version }) => (
        <Link to={`/runs/${id}`} className="strong">
          {workflow} · {version}
        </Link>
      ),
    },
    { key: "state", title: texts.state, render: ({ state }) => <State state={state} /> },
    { key: "error", title: texts.error, wide: true, render: ({ error }) => detailOf(error) },
    { key: "by", title: texts.startedBy, render: ({ startedBy }) => startedBy.name },
    {
      key: "took",
      title: texts.took,
      numeric: true,
      render: ({ createdAt, endedAt }) =>
        endedAt === null ? "" : formats.span(Date.parse(endedAt) - Date.parse(createdAt)),
    },
    { key: "created", title: texts.begun, numeric: true, render: ({ createdAt }) => <Ago at={createdAt} /> },
  ];
  return <Table label={texts.title} columns={columns} rows={runs} keyOf={({ id }) => id} />;
}

/** What an error says of itself. */
export function detailOf(error: unknown): string {
  const { detail, title, type } = (error ?? {}) as { detail?: string; title?: string; type?: string };
  return detail ?? title ?? type ?? "";
}
