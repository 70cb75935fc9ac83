import type { Call } from "../../kit/call.ts";
import { toAppError } from "../../kit/database-errors.ts";
import { AppError, hasCode } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import { InOrder } from "../../kit/in-order.ts";
import type { Logger } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { anonymousCall, type Gate, requireScope } from "../rest/authenticate.ts";
import { takeFromLimit } from "../rest/manners.ts";
import type { Command, CommandContext } from "./command.ts";
import type { Client } from "./client.ts";
import type { Outgoing } from "./envelope.ts";
import { decodeMessage, encodeMessage, type Envelope } from "./messages.ts";

/** Where a request came from. */
export interface Origin {
  address: string;
  client?: Client;
  incoming?: AsyncIterable<Uint8Array>;
}

export interface RequestFacts {
  requestId: string;
  address: string;
}

export interface DispatchOptions {
  commands: readonly Command[];
  gate: Gate;
  /** The same caller as of now; undefined when his credential is gone. */
  refresh(call: Call): Promise<Call | undefined>;
  /** Who asks when nobody has signed in; not there where that is not allowed. */
  guest?: (request: RequestFacts) => Promise<Call>;
  metrics: Metrics;
  log: Logger;
}

/** Finds a request's command, its caller and his rights, runs it and answers: always, whatever happens. */
export class Dispatch {
  readonly #options: DispatchOptions;
  readonly #commands: ReadonlyMap<string, Command>;
  /** A connection's commands begin in the order in which they came; they may end in any other. */
  readonly #order = new InOrder<Client>();

  constructor(options: DispatchOptions) {
    this.#options = options;
    this.#commands = new Map(options.commands.map((each) => [each.name, each]));
  }

  /** The command of this name, if there is one. */
  find(name: string): Command | undefined {
    return this.#commands.get(name);
  }

  /** The reply to a request; of one that failed, what went wrong. It does not throw. */
  async answer(request: Envelope, origin: Origin): Promise<Outgoing> {
    const startedAt = performance.now();
    const requestId = newId();
    let reply: Outgoing;
    try {
      reply = await this.#run(request, origin, requestId);
    } catch (thrown) {
      reply = this.#failure(request, this.#counted(thrown, origin.address), requestId);
    }
    this.#observe(request, reply, startedAt);
    return reply;
  }

  async #run(request: Envelope, origin: Origin, requestId: string): Promise<Outgoing> {
    const command = this.#commands.get(request.command);
    if (command === undefined) throw new AppError("not_found", `Unknown command ${request.command}`);
    const calling = this.#callerOf(command, request, origin, requestId);
    const run = (call: Call) => this.#runAs(call, command, request, origin);
    const { client } = origin;
    return client === undefined ? run(await calling) : this.#order.pass(client, calling, run);
  }

  async #runAs(call: Call, command: Command, request: Envelope, origin: Origin): Promise<Outgoing> {
    if (command.scope !== undefined) requireScope(call, command.scope);
    const { id, jwt, traceid, spanid } = request;
    const { client, incoming } = origin;
    const context: CommandContext = { call, id, jwt, traceid, spanid, client, incoming };
    const message = decodeMessage(command.request, request.data?.value ?? noBytes);
    const answer = await command.run(context, message as never);
    const value = encodeMessage(command.reply, answer);
    return { command: command.replyCommand, rid: id, type: command.reply, value, traceid, spanid };
  }

  async #callerOf(
    command: Command,
    { jwt }: Envelope,
    { address, client }: Origin,
    requestId: string,
  ): Promise<Call> {
    const { gate } = this.#options;
    if (command.access === "public") return anonymousCall(requestId, address);
    const call = await this.#identify(jwt, client, { requestId, address });
    takeFromLimit(gate.limitPerToken, call.credentialId ?? call.userId);
    return call;
  }

  /** Who shows a wrong credential, or none, is counted by his address, and told when it is too often. */
  #counted(thrown: unknown, address: string): unknown {
    if (!hasCode(thrown, "unauthenticated")) return thrown;
    try {
      takeFromLimit(this.#options.gate.limitPerAddress, address);
      return thrown;
    } catch (limited) {
      return limited;
    }
  }

  /** The caller as of now; undefined when his credential is gone. */
  async refresh(call: Call): Promise<Call | undefined> {
    const { guest, refresh } = this.#options;
    const { requestId, address = "" } = call;
    return call.credentialId === undefined ? guest?.({ requestId, address }) : refresh(call);
  }

  /** A token that comes with a message goes before who signed in on the connection. */
  async #identify(jwt: string, client: Client | undefined, facts: RequestFacts): Promise<Call> {
    const { gate, guest } = this.#options;
    if (jwt !== "") {
      const call = await gate.authenticator.authenticate({ kind: "token", text: jwt }, facts);
      client?.trust();
      return call;
    }
    const signedIn = client?.call;
    if (signedIn === undefined) {
      if (guest !== undefined) return guest(facts);
      throw new AppError("unauthenticated", "Not signed in, and missing jwt");
    }
    const call = await this.refresh(signedIn);
    if (call === undefined) throw new AppError("unauthenticated", "Not signed in any more: sign in again");
    return { ...call, ...facts };
  }

  #failure(request: Envelope, thrown: unknown, requestId: string): Outgoing {
    const known = toAppError(thrown);
    const error = known instanceof AppError ? known : undefined;
    const { log } = this.#options;
    if (error === undefined || error.status >= 500) {
      log.error({ err: thrown, reqId: requestId, command: request.command }, "an OpenIAP command failed");
    } else log.debug({ err: error, reqId: requestId, command: request.command }, error.message);
    return failureReply(request, error, requestId);
  }

  #observe({ command }: Envelope, reply: Outgoing, startedAt: number): void {
    const operation = this.#commands.has(command) ? `openiap.${command}` : "openiap.none";
    const status = reply.command === "error" ? "error" : "ok";
    this.#options.metrics.requests.labels(operation, status).observe((performance.now() - startedAt) / 1_000);
  }
}

const noBytes = new Uint8Array(0);

/** What a client is told of a failure: never anything of our insides. */
export function failureReply(
  { id, traceid, spanid }: Pick<Envelope, "id" | "traceid" | "spanid">,
  error: AppError | undefined,
  requestId: string,
): Outgoing {
  const value = encodeMessage("ErrorResponse", {
    message: wordsOf(error, requestId),
    code: error?.status ?? 500,
    stack: "",
  });
  const grpcStatus = error?.grpcStatus ?? 13;
  return { command: "error", rid: id, type: "ErrorResponse", value, traceid, spanid, grpcStatus };
}

function wordsOf(error: AppError | undefined, requestId: string): string {
  if (error === undefined || error.code === "internal") {
    return `Something broke on our side; it was logged under ${requestId}`;
  }
  // Clients look for these words.
  return error.code === "forbidden" ? `Access denied: ${error.message}` : error.message;
}
