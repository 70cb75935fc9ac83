import { createClient, MillraceError } from "@millrace/sdk";

let csrfToken: string | undefined;

/** The one client of this page; the session's cookie speaks for it. */
export const client = createClient({
  url: location.origin,
  csrfToken: () => csrfToken,
  retriesMax: 1,
});

/** Changes carry this token, which only our own page can have read. */
export function keepCsrfToken<Reply extends { csrfToken?: string }>(reply: Reply): Reply {
  csrfToken = reply.csrfToken;
  return reply;
}

/** What went wrong, as the store keeps it: the server's problem details, or what the client has to say. */
export interface Problem {
  /** 0 where no answer came. */
  status: number;
  code: string;
  /** For people: names the field and the way out. */
  detail: string;
  field?: string;
  fields?: { field: string; message: string }[];
  requestId?: string;
}

export function problemOf(error: unknown): Problem {
  if (!(error instanceof MillraceError)) {
    return { status: 0, code: "internal", detail: error instanceof Error ? error.message : String(error) };
  }
  const { status, code, detail, field, fields, requestId } = error;
  return { status, code, detail, field, fields, requestId };
}
