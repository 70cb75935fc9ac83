import { Button } from "antd";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import { useTexts } from "../texts/use-texts.ts";

/** Where a page of a list begins, as its address says. */
export function useCursor(): string | undefined {
  const [search] = useSearchParams();
  return search.get("cursor") ?? undefined;
}

/** Leads on in a list whose pages know only the next one; back is where one came from. */
export function Pager({ nextCursor }: { nextCursor: string | undefined }) {
  const { app } = useTexts();
  const navigate = useNavigate();
  const { state } = useLocation() as { state: { deep?: number } | null };
  const [search, setSearch] = useSearchParams();
  const cursor = search.get("cursor");
  const deep = state?.deep ?? 0;
  if (cursor === null && nextCursor === undefined) return null;
  const go = (to: string | undefined) =>
    setSearch(
      (before) => {
        if (to === undefined) before.delete("cursor");
        else before.set("cursor", to);
        return before;
      },
      { state: { deep: to === undefined ? 0 : deep + 1 } },
    );
  return (
    <nav className="pager" aria-label={app.pages}>
      {cursor !== null && deep === 0 && <Button onClick={() => go(undefined)}>{app.first}</Button>}
      {cursor !== null && deep > 0 && <Button onClick={() => void navigate(-1)}>{app.previous}</Button>}
      <Button disabled={nextCursor === undefined} onClick={() => go(nextCursor)}>
        {app.next}
      </Button>
    </nav>
  );
}
