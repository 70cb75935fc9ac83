import { openiap as OpeniapClient } from "@openiap/nodeapi";
import { rateOf } from "./measure.ts";
import { payload, type Stage } from "./stage.ts";

const inFlight = 50;
const documents = 100;

/** What one warm client of OpenIAP's does a second over WebSocket, 50 calls in flight. */
export interface OpeniapRates {
  /** A word that comes back as it went: what client and framing cost without any work. */
  echo: number;
  /** Counting a collection of a hundred documents. */
  count: number;
  pushWorkitem: number;
  /** From one client's queue to another's handler. */
  messages: number;
}

/** Drives the published client against the server's own door for it. */
export async function measureOpeniap(stage: Stage, scale: number): Promise<OpeniapRates> {
  // The client would tell its makers of what it does.
  process.env["enable_analytics"] = "false";
  const url = `${stage.serverUrl.replace("http", "ws")}/ws/v2`;
  const [client, other] = [new OpeniapClient(url, stage.token), new OpeniapClient(url, stage.token)];
  await client.connect();
  await other.connect();
  const name = `bench-openiap-${Date.now()}`;
  await stage.client.createQueue({ name });
  const items = Array.from({ length: documents }, (_, n) => ({ n }));
  await client.InsertMany({ collectionname: name, items });
  const callsOf = (total: number, call: () => Promise<unknown>) =>
    rateOf(total * scale, inFlight, async () => {
      await call();
      return 1;
    });
  const echo = await callsOf(20_000, () => client.GetElement("x"));
  const count = await callsOf(20_000, () => client.Count({ collectionname: name, query: {} }));
  const pushWorkitem = await callsOf(20_000, () => client.PushWorkitem({ wiq: name, name: "film", payload }));
  const messages = await measureMessages(client, other, { total: Math.floor(10_000 * scale), queuename: "" });
  await stage.client.purgeQueue(name, { what: "waiting" });
  client.Close();
  other.Close();
  return { echo, count, pushWorkitem, messages };
}

/** Messages a second from one client's queue to the other's handler; an empty name is a private queue. */
export async function measureMessages(
  sender: OpeniapClient,
  receiver: OpeniapClient,
  { total, queuename: wanted }: { total: number; queuename: string },
): Promise<number> {
  let received = 0;
  let finish: () => void = () => undefined;
  const all = new Promise<void>((resolve) => (finish = resolve));
  const queuename = await receiver.RegisterQueue({ queuename: wanted }, () => {
    received += 1;
    if (received === total) finish();
  });
  const startedAt = performance.now();
  await rateOf(total, inFlight, async () => {
    await sender.QueueMessage({ queuename, data: payload, striptoken: true });
    return 1;
  });
  await all;
  return (total / (performance.now() - startedAt)) * 1_000;
}
