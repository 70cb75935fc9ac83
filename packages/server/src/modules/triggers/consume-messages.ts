import type { Loop } from "../../kit/loops.ts";
import type { Consuming } from "./consuming.ts";

/** So long a right that was taken away, a pause or a change may take to be seen. */
const everyMs = 1_000;

/** Keeps a consumer on this node for each trigger that consumes messages. */
export function consumeMessages(consuming: Consuming): Loop {
  return {
    name: "consume-messages-for-triggers",
    everyMs,
    tick: async () => {
      await consuming.reconcile();
      return false;
    },
  };
}
