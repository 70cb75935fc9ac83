import { Link } from "react-router";
import { type Job, type QueueStats, useJobsInQuery } from "../../api/overview-api.ts";
import { useLatestFailuresQuery } from "../../api/work-items-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { nameOfJob } from "../jobs/name-of-job.ts";
import { nameOfItem } from "../work-items/name-of-item.ts";
import { Panel } from "../../parts/Page.tsx";
import { useTexts } from "../../texts/use-texts.ts";

const queuesMax = 6;
const shownMax = 8;

interface Failure {
  id: string;
  to: string;
  name: string;
  where: string;
  why: string;
  at: string;
}

/** What failed last, of work items and jobs alike, with its reason. */
export function FailuresPanel({ queues }: { queues: QueueStats[] }) {
  const { home } = useTexts();
  const names = queues
    .filter(({ counts }) => counts.failed + counts.abandoned > 0)
    .map(({ name }) => name)
    .slice(0, queuesMax);
  const { data: items = [] } = useLatestFailuresQuery(names, { skip: names.length === 0 });
  const { data: jobs } = useJobsInQuery({ state: ["failed"], limit: shownMax });
  const ofItems = names.length === 0 ? [] : items.map(failureOfItem);
  const failures = [...ofItems, ...(jobs?.items ?? []).map(failureOfJob)]
    .toSorted((left, right) => right.at.localeCompare(left.at))
    .slice(0, shownMax);
  return (
    <Panel title={home.failures}>
      {failures.length === 0 && <Empty>{home.failuresEmpty}</Empty>}
      <ul className="rows">
        {failures.map(({ id, to, name, where, why, at }) => (
          <li key={id} className="row">
            <Link to={to} className="row-name">
              {name}
            </Link>
            <span className="row-note">
              {where} · <Ago at={at} />
            </span>
            <span className="row-text">{why}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function failureOfItem({ queue, item }: { queue: string; item: FailedItem }): Failure {
  const { id, name, error, finishedAt, createdAt } = item;
  return {
    id,
    to: `/work-items/${encodeURIComponent(queue)}/${id}`,
    name: nameOfItem({ name, id }),
    where: queue,
    why: error?.message ?? "",
    at: String(finishedAt ?? createdAt),
  };
}

interface FailedItem {
  id: string;
  name: unknown;
  error: { message: string } | null;
  finishedAt: unknown;
  createdAt: string;
}

function failureOfJob(job: Job): Failure {
  const { id, error, endedAt, createdAt } = job;
  return {
    id,
    to: `/jobs/${id}`,
    name: nameOfJob(job),
    where: job.runner ?? "",
    why: error?.message ?? "",
    at: endedAt ?? createdAt,
  };
}
