import { hostname } from "node:os";
import { CommandError, exitCodes } from "./failures.ts";
import type { Profile } from "./profiles.ts";

export interface Credentials {
  url: string;
  userName: string;
  password: string;
}

const timeoutMs = 30_000;
const tokenDays = 365;

/** Signs in by password, makes an API token, and ends the session again; the token is what a profile keeps. */
export async function signIn({ url, userName, password }: Credentials): Promise<Profile> {
  const session = await ask(url, "POST", "session", {}, { name: userName, password });
  const { user, csrfToken } = session.body as { user: { name: string }; csrfToken: string };
  const headers = { cookie: session.cookie, "x-csrf-token": csrfToken };
  const wanted = { name: `millrace on ${hostname()}`.slice(0, 100), expiresInDays: tokenDays };
  const { body } = await ask(url, "POST", "tokens", headers, wanted);
  const { id, token } = body as { id: string; token: string };
  await ask(url, "DELETE", "session", headers);
  return { url, token, tokenId: id, userName: user.name };
}

interface Answer {
  body: unknown;
  /** What the server wants back with the next request. */
  cookie: string;
}

/** By hand, since the client knows tokens and browsers' sessions, and this is neither. */
async function ask(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: object,
): Promise<Answer> {
  const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(`${url}/api/v1/${path}`, {
    method,
    headers: { ...headers, ...type },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw unreachable(url, error);
  });
  const text = await response.text();
  if (!response.ok) throw refused(response.status, text);
  const cookie = response.headers.getSetCookie().map((line) => line.split(";")[0]!);
  return { body: text === "" ? undefined : JSON.parse(text), cookie: cookie.join("; ") };
}

function unreachable(url: string, error: unknown): CommandError {
  const cause = (error as Error).cause;
  const why = cause instanceof Error ? cause.message : (error as Error).message;
  return new CommandError(
    `${url} cannot be reached (${why}). Is Millrace running there? Start it with \`millrace up\`.`,
  );
}

function refused(status: number, text: string): CommandError {
  const exitCode = status === 401 ? exitCodes.notSignedIn : exitCodes.failed;
  return new CommandError(
    detailOf(text) ?? `The server answered ${status}: is there Millrace at this address?`,
    exitCode,
  );
}

function detailOf(text: string): string | undefined {
  try {
    const { detail, title } = JSON.parse(text) as { detail?: string; title?: string };
    return detail ?? title;
  } catch {
    return undefined;
  }
}
