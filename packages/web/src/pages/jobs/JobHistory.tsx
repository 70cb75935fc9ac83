import { useJobHistoryQuery } from "../../api/jobs-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useTexts } from "../../texts/use-texts.ts";

/** Every fact about a job, the newest first. */
export function JobHistory({ job }: { job: string }) {
  const { jobs: texts } = useTexts();
  const { data: events = [], error } = useJobHistoryQuery(job);
  return (
    <Panel title={texts.history}>
      {error && <ProblemNote problem={error} />}
      <ol className="timeline">
        {events.toReversed().map(({ seq, at, type, actorName }) => (
          <li key={seq} className={`state-${type.replace(/^job\./, "")}`}>
            <span className="state-mark" aria-hidden="true" />
            <span className="strong">{type.replace(/^job\./, "").replaceAll("_", " ")}</span>
            <span className="muted">
              <Ago at={at} /> · {actorName}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
