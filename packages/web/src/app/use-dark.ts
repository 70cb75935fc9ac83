import { useEffect, useSyncExternalStore } from "react";
import { useAppSelector } from "./store.ts";

/** Whether the page is dark, by choice or as the system is; the page's own styles follow. */
export function useDark(): boolean {
  const choice = useAppSelector((state) => state.preferences.theme);
  const systemIsDark = useMedia("(prefers-color-scheme: dark)");
  const isDark = choice === "system" ? systemIsDark : choice === "dark";
  useEffect(() => {
    document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
  }, [isDark]);
  return isDark;
}

/** Whether a media query holds, as of now. */
function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = matchMedia(query);
      media.addEventListener("change", changed);
      return () => media.removeEventListener("change", changed);
    },
    () => matchMedia(query).matches,
  );
}
