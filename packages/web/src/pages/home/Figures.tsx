import type { ReactNode } from "react";
import { type QueueStats, useAllRunnersQuery } from "../../api/overview-api.ts";
import { useAppSelector } from "../../app/store.ts";
import { ratesOf } from "../../live/live-slice.ts";
import { Ago } from "../../parts/Ago.tsx";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";

/** The last minute, at a sample each five seconds. */
const samplesOfAMinute = 13;

export function Figures({ queues, jobsInWork }: { queues: QueueStats[]; jobsInWork: number }) {
  const { home } = useTexts();
  const formats = useFormats();
  const samples = useAppSelector((state) => state.live.samples).slice(-samplesOfAMinute);
  const rate = meanOf(ratesOf(samples).map(({ perMinute }) => perMinute));
  const sum = (...states: (keyof QueueStats["counts"])[]) =>
    queues.reduce((total, { counts }) => states.reduce((all, state) => all + counts[state], total), 0);
  const oldest = queues
    .map(({ oldestWaitingAt }) => oldestWaitingAt)
    .filter((at) => at !== null)
    .toSorted()[0];
  const failed = sum("failed", "abandoned");
  return (
    <div className="figures">
      <Figure label={home.waiting} hint={home.waitingHint}>
        {formats.number(sum("new", "retry"))}
      </Figure>
      <Figure label={home.processing} hint={home.processingHint}>
        {formats.number(sum("processing") + jobsInWork)}
      </Figure>
      <Figure label={home.failed} hint={home.failedHint} tone={failed > 0 ? "bad" : undefined}>
        {formats.number(failed)}
      </Figure>
      <Figure label={home.throughput} hint={home.throughputHint}>
        {rate === undefined ? "–" : formats.measure(rate)}
      </Figure>
      <Figure label={home.oldest} hint={oldest === undefined ? home.nothingWaits : home.oldestHint}>
        {oldest === undefined ? "–" : <Ago at={oldest} age />}
      </Figure>
      <RunnersFigure />
    </div>
  );
}

function RunnersFigure() {
  const { home } = useTexts();
  const { data: runners = [] } = useAllRunnersQuery();
  const online = runners.filter(({ state }) => state === "online" || state === "draining");
  const slots = online.reduce((sum, runner) => sum + runner.slots, 0);
  const busy = online.reduce((sum, runner) => sum + runner.busy, 0);
  const hint = runners.length === 0 ? home.runnersNone : home.runnersHint(slots, busy);
  return (
    <Figure label={home.runners} hint={hint}>
      {runners.length === 0 ? "–" : home.ofRunners(online.length, runners.length)}
    </Figure>
  );
}

function Figure({
  label,
  hint,
  tone,
  children,
}: {
  label: string;
  hint: string;
  tone?: "bad";
  children: ReactNode;
}) {
  return (
    <div className={tone === "bad" ? "figure figure-bad" : "figure"}>
      <span className="figure-label">{label}</span>
      <strong className="figure-value">{children}</strong>
      <span className="figure-hint">{hint}</span>
    </div>
  );
}

function meanOf(values: number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
