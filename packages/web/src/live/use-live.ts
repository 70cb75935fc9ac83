import { useEffect } from "react";
import { api, type Topic, topics } from "../api/api.ts";
import { client } from "../api/client.ts";
import { useAppDispatch } from "../app/store.ts";
import { connectionChanged } from "./live-slice.ts";

/** Hints make it immediate, asking again is the promise. */
const askAgainEveryMs = 30_000;

/** Keeps what the page shows fresh, over the one live connection, for as long as somebody is signed in. */
export function useLive(): void {
  const dispatch = useAppDispatch();
  useEffect(() => {
    const askAgain = (which: readonly Topic[]) => dispatch(api.util.invalidateTags([...which]));
    let wasOpen = false;
    const hints = client.hints([...topics], (which) => askAgain(which as Topic[]), {
      onOpen: () => {
        dispatch(connectionChanged(true));
        // What happened while the connection was away was not hinted at.
        if (wasOpen) askAgain(topics);
        wasOpen = true;
      },
      onBreak: () => dispatch(connectionChanged(false)),
    });
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") askAgain(topics);
    }, askAgainEveryMs);
    return () => {
      clearInterval(timer);
      hints.stop();
    };
  }, [dispatch]);
}
