import { useTexts } from "../texts/use-texts.ts";
import type { Texts } from "../texts/en.ts";

export type StateName = keyof Texts["states"];

/** A state as a word with a mark of its colour; the word alone says it all. */
export function State({ state }: { state: StateName }) {
  const texts = useTexts();
  return (
    <span className={`state state-${state}`}>
      <span className="state-mark" aria-hidden="true" />
      {texts.states[state] ?? state}
    </span>
  );
}
