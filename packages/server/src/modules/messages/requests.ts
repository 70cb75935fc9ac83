import { type Call, systemCall } from "../../kit/call.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { Message, MessageContent } from "./model.ts";
import type { Sent, Target } from "./sending.ts";
import type { Listener, Subscription } from "./subscriptions.ts";

export const requestTimeoutMsMax = 600_000;
const requestTimeoutMsDefault = 60_000;
const waitingMax = 20_000;
const answersAtOnceMax = 500;

interface Waiting {
  resolve: (answer: Message) => void;
  reject: (error: AppError) => void;
}

/** Opens a private queue of the tenant for answers. */
export type OpenAnswers = (call: Call, prefetch: number, listener: Listener) => Promise<Subscription>;
type Publish = (call: Call, target: Target, content: MessageContent) => Promise<Sent>;

/** Requests that wait for their answers: one private queue for each tenant of this process serves all of them. */
export class Requests {
  readonly #openAnswers: OpenAnswers;
  readonly #publish: Publish;
  readonly #answers = new Map<string, Promise<Subscription>>();
  readonly #waiting = new Map<string, Waiting>();

  constructor(parts: { openAnswers: OpenAnswers; publish: Publish }) {
    this.#openAnswers = parts.openAnswers;
    this.#publish = parts.publish;
  }

  /**
   * Sends a message and answers with the reply to it. It fails as `timed_out` when there is none in time, and as
   * `not_found` or `conflict` when the message could not be delivered or was rejected.
   */
  async request(
    call: Call,
    target: Target,
    content: Omit<MessageContent, "correlationId" | "replyTo" | "delayMs">,
    { timeoutMs = requestTimeoutMsDefault }: { timeoutMs?: number } = {},
  ): Promise<Message> {
    if (!(Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= requestTimeoutMsMax)) {
      throw invalid("timeoutMs", `must be a whole number from 1 to ${requestTimeoutMsMax}`);
    }
    if (this.#waiting.size >= waitingMax) {
      throw new AppError("overloaded", "Too many requests wait for their answers", { retryAfterSeconds: 1 });
    }
    const { queue: replyTo } = await this.#answersOf(call.tenantId);
    const correlationId = newId();
    const signals = [AbortSignal.timeout(timeoutMs), ...(call.signal === undefined ? [] : [call.signal])];
    const answer = new Promise<Message>((resolve, reject) =>
      this.#waiting.set(correlationId, { resolve, reject }),
    );
    // It may be over before anybody waits for it.
    answer.catch(() => undefined);
    const giveUp = () => this.#settle(correlationId, timedOut(timeoutMs));
    const signal = AbortSignal.any(signals);
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      await this.#publish(call, target, { expiryMs: timeoutMs, ...content, correlationId, replyTo });
      return await answer;
    } finally {
      signal.removeEventListener("abort", giveUp);
      this.#waiting.delete(correlationId);
    }
  }

  /** The private queues are gone: what waits will have no answer, and what follows takes new ones. */
  reset(): void {
    this.#answers.clear();
    const error = new AppError("unavailable", "The answer was lost: this node was taken for dead");
    for (const correlationId of this.#waiting.keys()) this.#settle(correlationId, error);
  }

  async #answersOf(tenantId: string): Promise<Subscription> {
    const known = this.#answers.get(tenantId);
    if (known !== undefined) return known;
    const listener: Listener = {
      onMessage: async ({ message }) => this.#take(message),
      onEnd: () => void this.#answers.delete(tenantId),
    };
    const opening = this.#openAnswers(systemCall("requests", tenantId), answersAtOnceMax, listener);
    this.#answers.set(tenantId, opening);
    opening.catch(() => this.#answers.delete(tenantId));
    return opening;
  }

  #take(message: Message): void {
    const { correlationId = "", undeliverable } = message;
    if (undeliverable === undefined) return this.#settle(correlationId, message);
    const { reason, queue } = undeliverable;
    const what = `The message queue ${JSON.stringify(queue)}`;
    if (reason === "expired")
      return this.#settle(correlationId, new AppError("timed_out", `${what} was not served in time`));
    if (reason === "queue_gone")
      return this.#settle(correlationId, new AppError("not_found", `${what} is gone`));
    this.#settle(correlationId, new AppError("conflict", `${what}: the message was given up (${reason})`));
  }

  #settle(correlationId: string, outcome: Message | AppError): void {
    const waiting = this.#waiting.get(correlationId);
    this.#waiting.delete(correlationId);
    if (outcome instanceof AppError) waiting?.reject(outcome);
    else waiting?.resolve(outcome);
  }
}

function timedOut(timeoutMs: number): AppError {
  return new AppError("timed_out", `There was no answer within ${timeoutMs} ms`);
}
