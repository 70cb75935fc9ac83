import { Link, useSearchParams } from "react-router";
import { useJobsQuery } from "../../api/jobs-api.ts";
import type { Job } from "../../api/overview-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page } from "../../parts/Page.tsx";
import { Pager, useCursor } from "../../parts/Pager.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { State } from "../../parts/State.tsx";
import { type Column, Table } from "../../parts/Table.tsx";
import { Words } from "../../parts/Words.tsx";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { nameOfJob } from "./name-of-job.ts";

const states: Job["state"][] = ["waiting", "assigned", "running", "failed", "cancelled", "successful"];

/** Every job that one may see, the newest first, by state. */
export function JobsPage() {
  const { jobs: texts } = useTexts();
  const [search] = useSearchParams();
  const state = search.getAll("state") as Job["state"][];
  const packageName = search.get("package") ?? undefined;
  const cursor = useCursor();
  const { data, error, refetch } = useJobsQuery({
    cursor,
    ...(state.length === 0 ? {} : { state }),
    ...(packageName === undefined ? {} : { package: packageName }),
  });
  return (
    <Page title={texts.title} note={packageName && <Words words={[packageName]} />}>
      <Filters chosen={state} packageName={packageName} />
      {error && <ProblemNote problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === undefined && <Loading />}
      {data?.items.length === 0 && (
        <div className="panel">
          <Empty>{state.length === 0 ? texts.empty : texts.emptyState}</Empty>
        </div>
      )}
      {data !== undefined && data.items.length > 0 && <JobTable jobs={data.items} />}
      <Pager nextCursor={data?.nextCursor} />
    </Page>
  );
}

function Filters({ chosen, packageName }: { chosen: string[]; packageName: string | undefined }) {
  const { app, jobs: texts, states: words } = useTexts();
  const of = packageName === undefined ? "" : `&package=${encodeURIComponent(packageName)}`;
  return (
    <nav className="tabs" aria-label={texts.state}>
      <Link to={`?${of.slice(1)}`} className="tab" aria-current={chosen.length === 0 ? "true" : undefined}>
        {app.all}
      </Link>
      {states.map((state) => (
        <Link
          key={state}
          to={`?state=${state}${of}`}
          className={`tab state-${state}`}
          aria-current={chosen.includes(state) ? "true" : undefined}
        >
          <span className="state-mark" aria-hidden="true" />
          {words[state]}
        </Link>
      ))}
    </nav>
  );
}

function JobTable({ jobs }: { jobs: Job[] }) {
  const { jobs: texts } = useTexts();
  const formats = useFormats();
  const columns: Column<Job>[] = [
    {
      key: "job",
      title: texts.job,
      wide: true,
      render: (job) => (
        <Link to={`/jobs/${job.id}`} className="strong">
          {nameOfJob(job)}
        </Link>
      ),
    },
    { key: "state", title: texts.state, render: ({ state }) => <State state={state} /> },
    {
      key: "error",
      title: texts.error,
      wide: true,
      render: ({ error, waitingFor }) => error?.message ?? waitingFor ?? "",
    },
    { key: "runner", title: texts.runner, render: ({ runner }) => runner ?? "" },
    {
      key: "took",
      title: texts.took,
      numeric: true,
      render: ({ startedAt, endedAt }) =>
        startedAt === null || endedAt === null
          ? ""
          : formats.span(Date.parse(endedAt) - Date.parse(startedAt)),
    },
    {
      key: "created",
      title: texts.created,
      numeric: true,
      render: ({ createdAt }) => <Ago at={createdAt} />,
    },
  ];
  return <Table label={texts.title} columns={columns} rows={jobs} keyOf={({ id }) => id} />;
}
