import type { Language } from "../app/preferences.ts";
import { useAppSelector } from "../app/store.ts";
import { de } from "./de.ts";
import { en, type Texts } from "./en.ts";

const catalogues: Readonly<Record<Language, Texts>> = { en, de };

/** The texts in the language that was chosen. */
export function useTexts(): Texts {
  return catalogues[useAppSelector((state) => state.preferences.language)];
}
