import type { Call } from "../../../kit/call.ts";
import { AppError, hasCode } from "../../../kit/errors.ts";
import type { Identity } from "../../../modules/identity/service.ts";
import { anonymousCall } from "../../rest/authenticate.ts";
import type { Client } from "../client.ts";
import { type Command, command, type CommandContext } from "../command.ts";
import type { SigninRequest, User } from "../messages.ts";

/** A long token lasts as long as a token may. */
const longTokenDays = 365;
const guestName = "guest";
/** A client is given its next token when its own has less than this to live. */
const renewBeforeSeconds = 60;

export interface SignInParts {
  identity: Identity;
  /** What a client is told to configure itself by. */
  clientConfig(): Record<string, unknown>;
  /** The guest as the caller; not there where guests are not let in. */
  guest?: (request: { requestId: string; address: string }) => Promise<Call>;
}

/** Signing in. */
export function signInCommands(parts: SignInParts): Command[] {
  return [
    command({
      name: "signin",
      request: "SigninRequest",
      reply: "SigninResponse",
      access: "public",
      scope: undefined,
      isBarrier: true,
      run: async (context, request) => {
        const { call, longToken } = await identify(parts, context, request);
        const { jwt, expiresInSeconds } = await tokenFor(parts.identity, call, request, longToken);
        const user = await userOf(parts.identity, call);
        const { client } = context;
        if (client !== undefined && !request.validateonly) {
          greet(client, call, request);
          client.renewTokenAtMs = renewAt(expiresInSeconds);
        }
        return { jwt, user, config: JSON.stringify(parts.clientConfig()) };
      },
    }),
  ];
}

/** Gives a client its next token before the one that it has is over. */
export async function renewToken(identity: Identity, client: Client): Promise<void> {
  const call = client.call && (await identity.refresh(client.call));
  if (call === undefined) throw new AppError("unauthenticated", "The token or session has ended");
  const { text: jwt, expiresInSeconds } = await identity.signToken(call);
  const user = await userOf(identity, call);
  client.push("refreshtoken", "RefreshToken", { username: user.username, jwt, user });
  client.renewTokenAtMs = renewAt(expiresInSeconds);
}

/** Who signs in: by a token, of the message or of its envelope, or else by name and password. */
async function identify(
  { identity, guest }: SignInParts,
  { call: { requestId, address = "" }, jwt }: CommandContext,
  { jwt: ownJwt, username, password, agent, version }: SigninRequest,
): Promise<{ call: Call; longToken: string | undefined }> {
  const facts = { requestId, address };
  const text = ownJwt || (username === "" ? jwt : "");
  if (text !== "") {
    const call = await identity.authenticate({ kind: "token", text }, facts);
    return { call, longToken: text.startsWith("mr_pat_") ? text : undefined };
  }
  if (username === guestName && guest !== undefined) return { call: await guest(facts), longToken: "" };
  if (username === "") throw new AppError("unauthenticated", "Send a username and a password, or a jwt");
  const given = { name: username, password };
  const userAgent = `${agent || "OpenIAP client"} ${version}`.trim();
  const { sessionText } = await identity.signIn(anonymousCall(requestId, address), given, { userAgent });
  return {
    call: await identity.authenticate({ kind: "session", text: sessionText }, facts),
    longToken: undefined,
  };
}

/**
 * What the client shows from now on. Who wants a long token and came with one keeps it; who has as many as he may have
 * gets a short one, since he has shown by other means who he is.
 */
async function tokenFor(
  identity: Identity,
  call: Call,
  { longtoken, agent }: SigninRequest,
  longToken: string | undefined,
): Promise<{ jwt: string; expiresInSeconds?: number }> {
  // Whoever says so is the guest: there is no token to show for it.
  if (longToken === "") return { jwt: "" };
  if (longtoken && longToken !== undefined) return { jwt: longToken };
  if (longtoken) {
    try {
      const name = `OpenIAP ${agent || "client"}`;
      const { token: jwt } = await identity.createToken(call, { name, expiresInDays: longTokenDays });
      return { jwt };
    } catch (error) {
      if (!hasCode(error, "conflict")) throw error;
    }
  }
  const { text: jwt, expiresInSeconds } = await identity.signToken(call);
  return { jwt, expiresInSeconds };
}

function greet(client: Client, call: Call, { agent, version, ping }: SigninRequest): void {
  client.agent = agent;
  client.version = version;
  client.wantsPings = ping;
  client.signIn(call);
}

function renewAt(expiresInSeconds: number | undefined): number {
  if (expiresInSeconds === undefined) return Number.POSITIVE_INFINITY;
  return performance.now() + (expiresInSeconds - renewBeforeSeconds) * 1_000;
}

/** A user as clients know him. */
export async function userOf(identity: Identity, call: Call): Promise<User> {
  const { user, roles } = await identity.whoAmI(call);
  return {
    _id: user.id,
    name: user.name,
    username: user.name,
    email: user.email ?? "",
    roles: roles.map(({ id, name }) => ({ _id: id, name })),
  };
}
