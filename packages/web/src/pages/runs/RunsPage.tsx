import { Link, useSearchParams } from "react-router";
import { type RunEntry, useRunsQuery } from "../../api/workflows-api.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page } from "../../parts/Page.tsx";
import { Pager, useCursor } from "../../parts/Pager.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { Words } from "../../parts/Words.tsx";
import { useTexts } from "../../texts/use-texts.ts";
import { RunTable } from "./RunTable.tsx";

const states: RunEntry["state"][] = ["running", "suspended", "faulted", "cancelled", "completed"];

/** Every run that one may see, the newest first, by state and workflow. */
export function RunsPage() {
  const { runs: texts } = useTexts();
  const [search] = useSearchParams();
  const state = search.getAll("state") as RunEntry["state"][];
  const workflow = search.get("workflow") ?? undefined;
  const cursor = useCursor();
  const { data, error, refetch } = useRunsQuery({
    ...(cursor === undefined ? {} : { cursor }),
    ...(state.length === 0 ? {} : { state }),
    ...(workflow === undefined ? {} : { workflow }),
  });
  return (
    <Page title={texts.title} note={workflow && <Words words={[workflow]} />}>
      <Filters chosen={state} workflow={workflow} />
      {error && <ProblemNote problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === undefined && <Loading />}
      {data?.items.length === 0 && (
        <div className="panel">
          <Empty>{state.length === 0 ? texts.empty : texts.emptyState}</Empty>
        </div>
      )}
      {data !== undefined && data.items.length > 0 && <RunTable runs={data.items} />}
      <Pager nextCursor={data?.nextCursor} />
    </Page>
  );
}

function Filters({ chosen, workflow }: { chosen: string[]; workflow: string | undefined }) {
  const { app, runs: texts, states: words } = useTexts();
  const of = workflow === undefined ? "" : `&workflow=${encodeURIComponent(workflow)}`;
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
