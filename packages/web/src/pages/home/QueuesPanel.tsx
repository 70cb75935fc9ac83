import { Link } from "react-router";
import type { QueueStats } from "../../api/overview-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { CountsBar } from "../../parts/CountsBar.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Panel } from "../../parts/Page.tsx";
import { useTexts } from "../../texts/use-texts.ts";

const shownMax = 8;

/** The queues with the most to do, the fullest first. */
export function QueuesPanel({ queues }: { queues: QueueStats[] }) {
  const { home } = useTexts();
  const shown = queues.toSorted((left, right) => waitingIn(right) - waitingIn(left)).slice(0, shownMax);
  return (
    <Panel title={home.queues} more={<Link to="/work-items">{home.allQueues}</Link>}>
      {queues.length === 0 && <Empty>{home.queuesEmpty}</Empty>}
      <ul className="rows">
        {shown.map(({ id, name, counts, paused, oldestWaitingAt }) => (
          <li key={id} className="row">
            <Link to={`/work-items/${encodeURIComponent(name)}`} className="row-name">
              {name}
            </Link>
            <span className="row-note">
              {paused && home.paused}
              {!paused && oldestWaitingAt !== null && <Ago at={oldestWaitingAt} age />}
            </span>
            <CountsBar counts={counts} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function waitingIn({ counts }: QueueStats): number {
  return counts.new + counts.retry + counts.processing;
}
