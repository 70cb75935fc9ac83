import { useAppSelector } from "../../app/store.ts";
import { ratesOf } from "../../live/live-slice.ts";
import { Panel } from "../../parts/Page.tsx";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";

const width = 480;
const height = 120;
const pad = 6;

/** How many work items ended a minute, as a line over the time that this page is open. */
export function ThroughputPanel() {
  const { home } = useTexts();
  const formats = useFormats();
  const rates = ratesOf(useAppSelector((state) => state.live.samples)).map(({ perMinute }) => perMinute);
  const most = Math.max(...rates, 1);
  const x = (index: number) => (index / Math.max(1, rates.length - 1)) * width;
  const y = (rate: number) => height - pad - (rate / most) * (height - 2 * pad);
  const line = rates.map((rate, index) => `${index === 0 ? "M" : "L"}${x(index)} ${y(rate)}`).join("");
  const isFlat = rates.every((rate) => rate === 0);
  return (
    <Panel title={home.throughput} more={<span className="muted">{home.throughputSince}</span>}>
      {isFlat ? (
        <p className="muted chart-none">{home.throughputNone}</p>
      ) : (
        <figure className="chart">
          <svg
            viewBox={`0 0 ${width} ${height}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={home.throughputChart(formats.measure(rates.at(-1) ?? 0))}
          >
            <path className="chart-area" d={`${line}L${width} ${height}L0 ${height}Z`} />
            <path className="chart-line" d={line} />
          </svg>
          <figcaption>{formats.measure(most)}</figcaption>
        </figure>
      )}
    </Panel>
  );
}
