import type { Route } from "../../kit/route.ts";
import { collectionRoutes } from "./collection-routes.ts";
import { documentRoutes as contentRoutes } from "./document-routes.ts";
import { historyRoutes } from "./history-routes.ts";
import { queryRoutes } from "./query-routes.ts";
import type { Documents } from "./service.ts";
import type { Watches } from "./watch.ts";
import { type RefreshCall, watchRoutes } from "./watch-routes.ts";

/** The REST face of documents. `refreshCall` is asked every two seconds for the caller of a running watch. */
export function documentRoutes(documents: Documents, watches: Watches, refreshCall: RefreshCall): Route[] {
  return [
    ...collectionRoutes(documents),
    ...contentRoutes(documents),
    ...queryRoutes(documents),
    ...historyRoutes(documents),
    ...watchRoutes(watches, refreshCall),
  ];
}
