import { AppError } from "../../kit/errors.ts";
import { csrfTokenOf, isSameText } from "./credentials.ts";
import type { Credential } from "./model.ts";

/** What tells where a request was made. */
export interface RequestOrigin {
  /** The header `x-csrf-token`. */
  csrfToken?: string;
  /** The header `origin`; browsers send it with every unsafe method. */
  origin?: string;
  /** Where this server stands, as the client reached it: `https://millrace.example`. */
  ownOrigin: string;
}

/**
 * Refuses a change that a page of another site may have sent: such a page makes browsers send the session's cookie,
 * but cannot read the session's CSRF token. API tokens are sent by nobody unasked.
 */
export function requireCsrf(credential: Credential, from: RequestOrigin): void {
  if (credential.kind !== "session") return;
  requireSameOrigin(from);
  if (from.csrfToken !== undefined && isSameText(from.csrfToken, csrfTokenOf(credential.text))) return;
  throw new AppError(
    "forbidden",
    "Send the session's csrfToken (of GET /session) as the header x-csrf-token",
  );
}

/** Refuses a request that a page of another origin has made. */
export function requireSameOrigin({ origin, ownOrigin }: RequestOrigin): void {
  if (origin === undefined || origin === ownOrigin) return;
  const from = JSON.stringify(origin);
  throw new AppError(
    "forbidden",
    `The request was made by a page of ${from}, and this is ${ownOrigin}; behind a proxy, trust it by configuration`,
  );
}
