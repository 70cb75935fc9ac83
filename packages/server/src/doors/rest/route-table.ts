import type { Route } from "../../kit/route.ts";
import { queueRoutes } from "../../modules/queues/api.ts";
import type { Queues } from "../../modules/queues/service.ts";
import { workItemRoutes } from "../../modules/work-items/api.ts";
import type { Repairs } from "../../modules/work-items/repairs.ts";
import type { WorkItems } from "../../modules/work-items/service.ts";

/** The verbs behind the doors. */
export interface House {
  queues: Queues;
  items: WorkItems;
  repairs: Repairs;
}

/** Every route there is. What is generated from the routes (OpenAPI, the authorisation matrix) begins here. */
export function routeTable(house: House): Route[] {
  return [...queueRoutes(house.queues), ...workItemRoutes(house.items, house.repairs)];
}

/** The same table where nobody will call it: for pages made without a running server. */
export function describedRoutes(): Route[] {
  return routeTable({} as House);
}
