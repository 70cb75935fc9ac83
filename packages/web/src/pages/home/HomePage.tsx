import { useEffect } from "react";
import { useJobsInQuery, useQueueStatsQuery } from "../../api/overview-api.ts";
import { useAppDispatch } from "../../app/store.ts";
import { endedCounted } from "../../live/live-slice.ts";
import { Loading } from "../../parts/Loading.tsx";
import { Page } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useTexts } from "../../texts/use-texts.ts";
import { FailuresPanel } from "./FailuresPanel.tsx";
import { FirstSteps } from "./FirstSteps.tsx";
import { Figures } from "./Figures.tsx";
import { QueuesPanel } from "./QueuesPanel.tsx";
import { RunningPanel } from "./RunningPanel.tsx";
import { ThroughputPanel } from "./ThroughputPanel.tsx";

const countEveryMs = 5_000;

/** What runs now, what failed, how fast work ends and how long it waits. */
export function HomePage() {
  const { home } = useTexts();
  const {
    data: queues,
    error,
    refetch,
    fulfilledTimeStamp,
  } = useQueueStatsQuery(undefined, { pollingInterval: countEveryMs, skipPollingIfUnfocused: true });
  const { data: jobs } = useJobsInQuery({ state: ["assigned", "running"], limit: 8 });
  const isEmpty = queues?.length === 0 && jobs?.items.length === 0;
  const dispatch = useAppDispatch();
  useEffect(() => {
    if (queues === undefined || fulfilledTimeStamp === undefined) return;
    const ended = queues.reduce((sum, { counts }) => sum + counts.successful + counts.failed, 0);
    dispatch(endedCounted({ at: fulfilledTimeStamp, ended }));
  }, [queues, fulfilledTimeStamp, dispatch]);
  return (
    <Page title={home.title}>
      {error && <ProblemNote problem={error} onRetry={() => void refetch()} />}
      {queues === undefined && error === undefined && <Loading />}
      {isEmpty && <FirstSteps />}
      {queues !== undefined && !isEmpty && (
        <>
          <Figures queues={queues} jobsInWork={jobs?.items.length ?? 0} />
          <div className="columns">
            <div className="column">
              <QueuesPanel queues={queues} />
              <FailuresPanel queues={queues} />
            </div>
            <div className="column">
              <ThroughputPanel />
              <RunningPanel jobs={jobs?.items ?? []} />
            </div>
          </div>
        </>
      )}
    </Page>
  );
}
