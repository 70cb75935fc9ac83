import type { IncomingMessage } from "node:http";
import { fastifyCookie } from "@fastify/cookie";
import type { Call } from "../../kit/call.ts";
import { AppError, hasCode } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import { type Credential, sessionCookieName } from "../../modules/identity/model.ts";
import { type Gate, requireScope } from "../rest/authenticate.ts";
import { type Client, clientOf, type Trust } from "../rest/client-address.ts";
import { takeFromLimit } from "../rest/manners.ts";

/** Who asks for a live connection: a token, or the session of a page of our own origin. It counts as a request. */
export async function authenticateUpgrade(
  { authenticator, limitPerToken, limitPerAddress }: Gate,
  trust: Trust,
  request: IncomingMessage,
): Promise<Call> {
  const client = clientOf(request, trust);
  try {
    const credential = credentialOf(request, client);
    const call = await authenticator.authenticate(credential, {
      requestId: newId(),
      address: client.address,
    });
    takeFromLimit(limitPerToken, call.credentialId ?? call.userId);
    if (credential.kind === "token") requireScope(call, "watch:read");
    return call;
  } catch (error) {
    if (hasCode(error, "unauthenticated")) takeFromLimit(limitPerAddress, client.address);
    throw error;
  }
}

function credentialOf({ headers }: IncomingMessage, client: Client): Credential {
  const { authorization, cookie = "", origin } = headers;
  const [scheme, token] = authorization?.split(" ", 2) ?? [];
  if (scheme?.toLowerCase() === "bearer" && token !== undefined) return { kind: "token", text: token };
  const session = fastifyCookie.parse(cookie)[sessionCookieName(client.protocol === "https")];
  if (session === undefined)
    throw new AppError("unauthenticated", "Send a token as `Authorization: Bearer ...`, or sign in");
  if (origin !== `${client.protocol}://${client.host}`) {
    const message = "A live connection with a session must come from a page of this server";
    throw new AppError("forbidden", `${message}; behind a proxy, trust it by configuration`);
  }
  return { kind: "session", text: session };
}
