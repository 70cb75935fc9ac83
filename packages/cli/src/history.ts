import type { Column } from "./table.ts";

interface RecordedEvent {
  at: string;
  type: string;
  actorName: string;
  details?: unknown;
}

/** How the transitions of one thing are shown. */
export const historyColumns: Column<RecordedEvent>[] = [
  { header: "at", value: (event) => event.at },
  { header: "what", value: (event) => event.type },
  { header: "by", value: (event) => event.actorName },
  { header: "details", value: (event) => event.details },
];
