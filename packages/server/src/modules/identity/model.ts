import { AppError } from "../../kit/errors.ts";

/** A bearer token or the value of a session cookie, as it came in. */
export type Credential = { kind: "token"; text: string } | { kind: "session"; text: string };

/** Who has not signed in, where an operator lets such people read. Not in `users`, so he gets nothing with them. */
export const guestId = "65cb30c40ff51e174095573c";
/** The role of the guest and of `users`: what is granted to it, all may. */
export const everyoneId = "65cb30c40ff51e174095573d";

/** A role that is to exist under a given id. */
export interface GivenRole {
  id: string;
  name: string;
  description: string;
}

/** What a token may be made for. A token never does more than its user may. */
export const scopes = [
  "documents:read",
  "documents:write",
  "files:read",
  "files:write",
  "secrets:read",
  "secrets:write",
  "queues:read",
  "queues:write",
  "items:read",
  "items:write",
  "packages:read",
  "packages:write",
  "jobs:read",
  "jobs:write",
  "workflows:read",
  "workflows:write",
  "runs:read",
  "runs:write",
  "messages:read",
  "messages:write",
  "users:read",
  "users:write",
  "tokens:read",
  "tokens:write",
  "runners:read",
  "runners:write",
  "triggers:read",
  "triggers:write",
  "signals:write",
  "events:read",
  "watch:read",
  "admin",
] as const;

export type Scope = (typeof scopes)[number];

/** In every token unasked: it may learn who it is. */
export const whoAmIScope = "session:read";
/** In no scoped token: signing out and ending sessions is for sessions and for tokens without limits. */
export const sessionScope = "session:write";

export const sessionIdleSeconds = 8 * 3_600;
export const sessionSeconds = 7 * 86_400;
export const linkSeconds = 3_600;
/** Use is written down at most this often. */
export const touchEveryMs = 60_000;
/** A signed token is asked for again before that. */
export const signedTokenSeconds = 5 * 60;
export const tokenDaysDefault = 90;
export const tokenDaysMax = 365;
export const tokensPerUserMax = 500;
export const sessionsPerUserMax = 100;
export const pageMax = 500;

/**
 * The session cookie's name. Over https it carries the prefix that browsers hold to be Secure, host-only and for the
 * path `/`, so that no neighbouring domain can plant one.
 */
export function sessionCookieName(secure: boolean): string {
  return secure ? "__Host-millrace_session" : "millrace_session";
}

/** The hint that the tenant's rights or definitions have changed. */
export function epochTopic(tenantId: string): string {
  return `epoch:${tenantId}`;
}

/** Names and e-mail addresses are told apart without regard to case and to Unicode's ways of writing. */
export function keyOf(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** The answer for what does not exist, and, word for word the same, for what the caller may not know of. */
export function absent(what: string): AppError {
  return new AppError("not_found", `There is no ${what}, or you may not see it`);
}

/** Refuses who is no member of `admins`. */
export function requireAdmin(call: { isAdmin: boolean }): void {
  if (!call.isAdmin) throw new AppError("forbidden", "Only members of the role admins may do this");
}

/** A cursor as clients keep it: opaque text. */
export function formatCursor(key: string): string {
  return Buffer.from(key).toString("base64url");
}

/** Reads what `formatCursor` wrote; the beginning if there is none. */
export function parseCursor(cursor: string | undefined): string {
  return cursor === undefined ? "" : Buffer.from(cursor, "base64url").toString("utf8").replaceAll("\0", "");
}

/** One page of `rows`, which were asked for one more than `limit`. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  keyOfRow: (row: Row) => string,
): { items: Row[]; nextCursor?: string } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, nextCursor: formatCursor(keyOfRow(last)) };
}
