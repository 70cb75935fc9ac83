import { useTexts } from "../texts/use-texts.ts";

/** Shown only to who waits noticeably: the styles let it come in late. */
export function Loading({ whole = false }: { whole?: boolean }) {
  const texts = useTexts();
  return (
    <div className={whole ? "loading loading-whole" : "loading"} role="status" aria-label={texts.app.loading}>
      <span className="loading-bar" />
    </div>
  );
}
