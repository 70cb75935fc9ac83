import { connect } from "node:net";
import { brokerAt } from "./open-broker.ts";
import type { OpenBroker } from "./testing-nodes.ts";

/** An engine that the conformance suite runs against, or why it cannot on this machine. */
export interface Engine {
  name: string;
  openBroker: OpenBroker;
  absence?: string;
}

const rabbitmqUrl = process.env["MILLRACE_TEST_RABBITMQ_URL"] ?? "amqp://guest:guest@127.0.0.1:5672";
const natsUrl = process.env["MILLRACE_TEST_NATS_URL"] ?? "nats://127.0.0.1:4222";

export async function reachableEngines(): Promise<Engine[]> {
  const outside = await Promise.all([engineAt("rabbitmq", rabbitmqUrl), engineAt("nats", natsUrl)]);
  return [{ name: "postgres", openBroker: brokerAt("postgres") }, ...outside];
}

async function engineAt(name: string, url: string): Promise<Engine> {
  const { hostname, port } = new URL(url);
  const engine = { name, openBroker: brokerAt(url) };
  if (await isListening(hostname, Number(port))) return engine;
  return { ...engine, absence: `nothing answers at ${hostname}:${port}` };
}

/** Whether something takes connections there. */
export function isListening(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.setTimeout(2_000, () => {
      socket.destroy();
      resolve(false);
    });
  });
}
