import { useEffect, useState } from "react";
import { useFormats } from "../texts/use-formats.ts";

const tickEveryMs = 5_000;

/** How long ago something was, kept right as time goes by; the exact moment shows on hovering. */
export function Ago({ at, age = false }: { at: string; age?: boolean }) {
  const formats = useFormats();
  const now = useNow();
  return (
    <time dateTime={at} title={formats.moment(at)} className="nowrap">
      {age ? formats.duration(now - Date.parse(at)) : formats.ago(at, Math.max(now, Date.parse(at)))}
    </time>
  );
}

/** This machine's time, every few seconds. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), tickEveryMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}
