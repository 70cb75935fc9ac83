import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { sections } from "./sections.tsx";

type Overlay = "palette" | "keys" | undefined;

/** After `g` the next key must come within this. */
const goWithinMs = 1_500;

/** The keys that hold everywhere: `?`, `/`, Ctrl-K, and `g` with a letter. In a field they are letters. */
export function useKeys(): { open: Overlay; setOpen: (overlay: Overlay) => void } {
  const [open, setOpen] = useState<Overlay>(undefined);
  const goSince = useRef(0);
  const navigate = useNavigate();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isPaletteKey = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
      if (isPaletteKey) {
        event.preventDefault();
        setOpen("palette");
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const goes = event.timeStamp - goSince.current < goWithinMs;
      goSince.current = event.key === "g" ? event.timeStamp : 0;
      const section = goes ? sections.find(({ key }) => key === event.key) : undefined;
      if (section !== undefined) void navigate(section.path);
      else if (event.key === "/") setOpen("palette");
      else if (event.key === "?") setOpen("keys");
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate]);
  return { open, setOpen };
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}
