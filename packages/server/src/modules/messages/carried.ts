import { AppError } from "../../kit/errors.ts";
import type { Message, MessageQueue } from "./model.ts";

/** What lies in an outside broker: the message, and where it lies, for whoever finds it dead. */
export interface Carried {
  queue: Pick<MessageQueue, "tenantId" | "name">;
  message: Message;
  /** By the database's clock, where a broker lets nothing expire by itself. */
  expiresAtMs?: number;
  /** How often it was handed out before it was published anew, where a broker keeps no count. */
  deliveries?: number;
}

export function carriedText(
  { tenantId, name }: MessageQueue,
  message: Message,
  more: Pick<Carried, "deliveries" | "expiresAtMs"> = {},
): string {
  const carried: Carried = { queue: { tenantId, name }, message, ...more };
  return JSON.stringify(carried);
}

export function readCarried(text: string): Carried {
  return JSON.parse(text) as Carried;
}

/** The broker does not answer: what was asked may or may not have happened. */
export function brokerAway(cause: unknown): AppError {
  const message = "The message broker is not reachable; try again shortly";
  return new AppError("unavailable", message, { retryAfterSeconds: 1, cause });
}
