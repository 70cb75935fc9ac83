import type { OpenBroker } from "./testing-nodes.ts";

/** An engine that the conformance suite runs against, or why it cannot on this machine. */
export interface Engine {
  name: string;
  /** Undefined for the one on PostgreSQL, which is there always. */
  openBroker?: OpenBroker;
  absence?: string;
}

export async function reachableEngines(): Promise<Engine[]> {
  return [{ name: "postgres" }];
}
