import { useFormats } from "../texts/use-formats.ts";
import { useTexts } from "../texts/use-texts.ts";

const order = ["new", "retry", "processing", "failed", "abandoned", "successful"] as const;

/** A queue's items by state, in words: what is not there is not said, but for what waits. */
export function CountsBar({ counts }: { counts: Record<string, number> }) {
  const { states } = useTexts();
  const formats = useFormats();
  const shown = order.filter((state) => state === "new" || (counts[state] ?? 0) > 0);
  return (
    <span className="counts">
      {shown.map((state) => (
        <span key={state} className={`count state-${state}`} data-state={state}>
          <span className="state-mark" aria-hidden="true" />
          <b>{formats.number(counts[state] ?? 0)}</b> {states[state]}
        </span>
      ))}
    </span>
  );
}
