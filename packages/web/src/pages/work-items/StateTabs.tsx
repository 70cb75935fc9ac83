import { Link, useSearchParams } from "react-router";
import type { ItemState } from "../../api/work-items-api.ts";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";

const states: ItemState[] = ["new", "retry", "processing", "failed", "abandoned", "successful"];

/** The states as filters, each with how many items are in it; what is chosen stands in the address. */
export function StateTabs({ counts }: { counts: Record<ItemState, number> | undefined }) {
  const { app, items, states: words } = useTexts();
  const formats = useFormats();
  const [search] = useSearchParams();
  const chosen = search.getAll("state");
  const all = counts === undefined ? undefined : Object.values(counts).reduce((sum, count) => sum + count, 0);
  const tab = (state: ItemState | undefined, label: string, count: number | undefined) => {
    const isChosen = state === undefined ? chosen.length === 0 : chosen.includes(state);
    return (
      <Link
        key={label}
        to={state === undefined ? "?" : `?state=${state}`}
        className={`tab state-${state ?? "all"}`}
        aria-current={isChosen ? "true" : undefined}
        data-state={state ?? "all"}
      >
        {state !== undefined && <span className="state-mark" aria-hidden="true" />}
        {label}
        <b>{count === undefined ? "" : formats.number(count)}</b>
      </Link>
    );
  };
  return (
    <nav className="tabs" aria-label={items.state}>
      {tab(undefined, app.all, all)}
      {states.map((state) => tab(state, words[state], counts?.[state]))}
    </nav>
  );
}
