import { type ItemEvent, useItemHistoryQuery } from "../../api/work-items-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useTexts } from "../../texts/use-texts.ts";

/** Which mark stands before an event. */
const marks: Readonly<Record<string, string>> = {
  pushed: "new",
  claimed: "processing",
  retried: "retry",
  requeued: "new",
  successful: "successful",
  failed: "failed",
  abandoned: "failed",
  lease_expired: "retry",
};

/** Every transition, the newest first: who, when, why. */
export function ItemHistory({ item }: { item: string }) {
  const { items: texts } = useTexts();
  const { data: events = [], error } = useItemHistoryQuery(item);
  return (
    <Panel title={texts.history}>
      {error && <ProblemNote problem={error} />}
      <ol className="timeline">
        {events.toReversed().map((event) => (
          <Transition key={event.seq} event={event} />
        ))}
      </ol>
    </Panel>
  );
}

function Transition({ event: { at, type, actorName, details } }: { event: ItemEvent }) {
  const { items: texts } = useTexts();
  const what = type.replace(/^work_item\./, "");
  const { worker, leaseNumber, error } = (details ?? {}) as Details;
  const facts = [
    worker ?? actorName,
    leaseNumber === undefined ? undefined : `${texts.leaseNumber} ${leaseNumber}`,
  ].filter((fact) => fact !== undefined);
  return (
    <li className={`state-${marks[what] ?? "new"}`}>
      <span className="state-mark" aria-hidden="true" />
      <span className="strong">{texts.events[what] ?? what}</span>
      <span className="muted">
        <Ago at={at} /> · {facts.join(" · ")}
      </span>
      {error?.message !== undefined && <span className="timeline-error">{error.message}</span>}
    </li>
  );
}

interface Details {
  worker?: string;
  leaseNumber?: number;
  error?: { message?: string };
}
