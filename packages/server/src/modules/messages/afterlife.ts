import { newId } from "../../kit/ids.ts";
import type { Afterlife, Publication } from "./broker.ts";
import type { Definitions } from "./definitions.ts";
import type { Death, Message, MessageQueue } from "./model.ts";
import { route } from "./routing.ts";

/**
 * What comes in the place of a message that was given up: itself in the dead-letter target of its queue, and a notice
 * to its sender if he waits for an answer. A message that dies a second time, and a notice, go nowhere.
 */
export function afterlifeBy(definitions: Definitions): Afterlife {
  return async ({ tenantId, name }, message, reason) => {
    if (message.undeliverable !== undefined) return [];
    const death = { queue: name, reason };
    const place = { tenantId };
    const queue = await definitions.findQueue(place, name);
    const { expiryMs: _expired, ...rest } = message;
    const dead: Message = { ...rest, death };
    const targets = message.death === undefined ? await targetsOf(definitions, queue, dead) : [];
    const publications: Publication[] = targets.map((target) => ({ queue: target, message: dead }));
    const { replyTo } = message;
    const reply = replyTo === undefined ? undefined : await definitions.findQueue(place, replyTo);
    if (reply !== undefined) publications.push({ queue: reply, message: noticeOf(message, death) });
    return publications;
  };
}

function noticeOf(message: Message, death: Death): Message {
  const { correlationId, headers, priority, sender } = message;
  const answer = correlationId === undefined ? {} : { correlationId };
  return { id: newId(), data: null, headers, priority, sender, ...answer, undeliverable: death };
}

async function targetsOf(
  definitions: Definitions,
  from: MessageQueue | undefined,
  message: Message,
): Promise<MessageQueue[]> {
  const target = from?.deadLetter ?? null;
  if (from === undefined || target === null) return [];
  const place = { tenantId: from.tenantId };
  if (target.queue !== undefined) {
    const queue = await definitions.findQueue(place, target.queue);
    return queue === undefined ? [] : [queue];
  }
  const exchange = await definitions.findExchange(place, target.exchange ?? "");
  if (exchange === undefined) return [];
  const { bindings, queueById } = await definitions.bindingsOf(place, exchange);
  const routingKey = target.routingKey ?? message.routingKey;
  const ids = route(exchange.kind, bindings, {
    headers: message.headers,
    ...(routingKey === undefined ? {} : { routingKey }),
  });
  return ids.flatMap((id) => queueById.get(id) ?? []);
}
