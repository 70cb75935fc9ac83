import { Type } from "@sinclair/typebox";

/** What a fact is about; a feed is read by topic. */
export const topics = [
  "identity",
  "documents",
  "files",
  "secrets",
  "queues",
  "work_items",
  "messages",
  "packages",
  "jobs",
  "runners",
  "workflows",
  "runs",
  "signals",
  "triggers",
] as const;
export type Topic = (typeof topics)[number];

/** A fact as a module states it. */
export interface NewEvent {
  tenantId: string;
  topic: Topic;
  /** `document.inserted`, `work_item.pushed`, ...: the noun of the subject, then the verb in the past. */
  type: string;
  /** The id of what it is about. */
  subjectId: string;
  /** What the subject lies in: a collection, a queue's id; empty where there is none. */
  scopeId: string;
  actorId: string;
  actorName: string;
  requestId: string;
  /** Small, and without secrets; what is large is found under its own id. */
  details?: Record<string, unknown> | null;
}

/** A fact as it was recorded. */
export interface RecordedEvent extends NewEvent {
  seq: number;
  at: string;
}

/** The history of one subject as the API shows it. */
export const HistorySchema = Type.Object({
  items: Type.Array(
    Type.Object({
      seq: Type.Integer(),
      at: Type.String(),
      type: Type.String(),
      actorId: Type.String(),
      actorName: Type.String(),
      requestId: Type.String(),
      details: Type.Optional(Type.Unknown()),
    }),
  ),
});

/** A fact as CloudEvents 1.0 says it. */
export function cloudEventOf(event: RecordedEvent) {
  const { seq, at, tenantId, topic, type, subjectId, scopeId, actorId, actorName, requestId, details } =
    event;
  return {
    specversion: "1.0",
    id: String(seq),
    source: `urn:millrace:${tenantId}`,
    type: `millrace.${type}`,
    subject: subjectId,
    time: at,
    datacontenttype: "application/json",
    data: { topic, scopeId, actorId, actorName, requestId, ...(details === null ? {} : { details }) },
  };
}

/**
 * Where a reader of the feed stands. Sequence numbers are not commit order, so a place is not a number: it is the
 * snapshot up to which everything was read, and, inside a longer read, the snapshot being read and how far.
 */
export interface Position {
  /** Everything visible in this snapshot was read. */
  readonly done: string;
  /** While a long stretch is read page by page: the snapshot that it ends at, and the last number read. */
  readonly until?: string;
  readonly seq?: number;
}

const positionPattern = /^(\d+:\d+:[\d,]*)(?:~(\d+:\d+:[\d,]*)~(\d+))?$/;
const positionCharactersMax = 8_192;

/** A position as clients keep it: opaque text. */
export function formatPosition(position: Position): string {
  const { done, until, seq } = position;
  const text = until === undefined ? done : `${done}~${until}~${seq ?? 0}`;
  return Buffer.from(text).toString("base64url");
}

/** Reads what `formatPosition` wrote; undefined if it is anything else. */
export function parsePosition(text: string): Position | undefined {
  if (text.length > positionCharactersMax) return undefined;
  const match = positionPattern.exec(Buffer.from(text, "base64url").toString("latin1"));
  if (match === null) return undefined;
  const [, done, until, seq] = match;
  if (until === undefined) return { done: done! };
  return { done: done!, until, seq: Number(seq) };
}
