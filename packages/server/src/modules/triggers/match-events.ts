import type { Loop } from "../../kit/loops.ts";
import { topics } from "../events/model.ts";
import { wakeTopic } from "../events/service.ts";
import type { Listening } from "./listening.ts";

/** Polling is the promise; hints make it immediate. */
const everyMs = 1_000;

/** Brings the events of the feed to the triggers that listen to them. A topic that fails holds up no other. */
export function matchEvents(listening: Listening): Loop {
  return { name: "match-events", everyMs, topics: topics.map(wakeTopic), tick: () => tick(listening) };
}

async function tick(listening: Listening): Promise<boolean> {
  const matching = (await listening.topics()).map((topic) => listening.matchNext(topic));
  const outcomes = await Promise.allSettled(matching);
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  return outcomes.some((outcome) => outcome.status === "fulfilled" && outcome.value);
}
