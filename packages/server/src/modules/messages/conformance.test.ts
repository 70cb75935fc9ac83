import { afterAll, beforeAll, describe, test } from "vitest";
import { deliveries } from "./testing-deliveries.ts";
import { reachableEngines } from "./testing-engines.ts";
import { openSystem, removeQueues, type System } from "./testing-nodes.ts";
import { type Promises, rightsAndTenants, routing } from "./testing-promises.ts";
import { sessions, streams } from "./testing-sessions.ts";

const promises: Promises = { ...routing, ...rightsAndTenants, ...deliveries, ...sessions, ...streams };

for (const { name, openBroker, absence } of await reachableEngines()) {
  describe.skipIf(absence !== undefined)(
    absence === undefined ? name : `${name} (not run: ${absence})`,
    () => {
      let system: System;
      beforeAll(async () => {
        system = await openSystem(openBroker);
      });
      afterAll(async () => {
        await removeQueues(system);
        await system.close();
      });
      for (const [promise, prove] of Object.entries(promises)) test(promise, () => prove(system));
    },
  );
}
