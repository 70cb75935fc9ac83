import { createSlice, type PayloadAction } from "@reduxjs/toolkit";

export type ThemeChoice = "system" | "light" | "dark";
export type Language = "en" | "de";

/** What somebody wants on this machine, whoever signs in. */
export interface Preferences {
  theme: ThemeChoice;
  language: Language;
}

const storageKey = "millrace.preferences";

export const preferences = createSlice({
  name: "preferences",
  initialState: readPreferences,
  reducers: {
    themeChosen: (state, { payload }: PayloadAction<ThemeChoice>) => {
      state.theme = payload;
    },
    languageChosen: (state, { payload }: PayloadAction<Language>) => {
      state.language = payload;
    },
  },
});

export const { themeChosen, languageChosen } = preferences.actions;

export function rememberPreferences(wanted: Preferences): void {
  const text = JSON.stringify(wanted);
  if (localStorage.getItem(storageKey) !== text) localStorage.setItem(storageKey, text);
}

/** What was stored, where it can be read; else as the browser has it. */
function readPreferences(): Preferences {
  const usual: Preferences = { theme: "system", language: navigator.language.startsWith("de") ? "de" : "en" };
  try {
    const { theme, language } = JSON.parse(localStorage.getItem(storageKey) ?? "{}") as Partial<Preferences>;
    return {
      theme: theme === "light" || theme === "dark" ? theme : usual.theme,
      language: language === "de" || language === "en" ? language : usual.language,
    };
  } catch {
    return usual;
  }
}
