import { newId } from "../../kit/ids.ts";
import type { Broker } from "./broker.ts";
import { DatabaseClock } from "../../kit/database-clock.ts";
import { NatsBroker } from "./nats-broker.ts";
import { PostgresBroker } from "./postgres-broker.ts";
import { installationId } from "./installation-store.ts";
import { RabbitmqBroker } from "./rabbitmq-broker.ts";
import type { BrokerParts } from "./service.ts";

/** The engine that the URL names: `postgres`, `amqp(s)://...` (RabbitMQ), `nats://...` or `tls://...` (NATS). */
export function brokerAt(url: string): (parts: BrokerParts) => Broker {
  if (url === "postgres") return (parts) => new PostgresBroker(parts);
  if (url.startsWith("amqp")) return (parts) => rabbitmqAt(url, parts);
  return (parts) => {
    const { log, wakes, afterlife, database } = parts;
    return new NatsBroker({ url, log, wakes, afterlife, clock: new DatabaseClock(database) });
  };
}

function rabbitmqAt(url: string, parts: BrokerParts): Broker {
  const { log, afterlife, database } = parts;
  let found: Promise<string> | undefined;
  return new RabbitmqBroker({
    url,
    log,
    afterlife,
    installationId: () => (found ??= installationId(database, newId())),
    streams: new PostgresBroker(parts),
  });
}
