import { Link } from "react-router";
import type { Job } from "../../api/overview-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Panel } from "../../parts/Page.tsx";
import { State } from "../../parts/State.tsx";
import { useTexts } from "../../texts/use-texts.ts";
import { nameOfJob } from "../jobs/name-of-job.ts";

export function RunningPanel({ jobs }: { jobs: Job[] }) {
  const { home } = useTexts();
  return (
    <Panel title={home.running}>
      {jobs.length === 0 && <Empty>{home.runningEmpty}</Empty>}
      <ul className="rows">
        {jobs.map((job) => (
          <RunningJob key={job.id} job={job} />
        ))}
      </ul>
    </Panel>
  );
}

function RunningJob({ job }: { job: Job }) {
  const { id, state, runner, startedAt, createdAt, progress } = job;
  return (
    <li className="row">
      <Link to={`/jobs/${id}`} className="row-name">
        {nameOfJob(job)}
      </Link>
      <span className="row-note">
        {runner} · <Ago at={startedAt ?? createdAt} age />
      </span>
      <span className="row-text">
        <State state={state} /> {progress?.message}
      </span>
    </li>
  );
}
