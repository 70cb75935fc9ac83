import type {
  ItemLine,
  Line,
  OutcomeWord,
  PushLine,
  Result,
} from "../packages/server/src/modules/work-items/history.ts";

export interface Endpoint {
  url: string;
  token: string;
}

interface Answer {
  res: Result;
  body: Record<string, unknown>;
}

const callTimeoutMs = 15_000;
const pauseMs = 100;

/** Calls the server; a refusal is definite, and whatever else goes wrong leaves open whether it took place. */
export async function callServer(
  { url, token }: Endpoint,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  try {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(callTimeoutMs),
    });
    const answered = (await response.json()) as Record<string, unknown>;
    const res = response.ok ? "ok" : response.status < 500 ? "fail" : "info";
    return { res, body: answered };
  } catch (error) {
    return { res: "info", body: { message: String(error) } };
  }
}

interface Held {
  id: string;
  leaseNumber: number;
}

/** Producers and workers that write down all they ask and all they are answered. */
export class RecordedLoad {
  readonly lines: Line[] = [];
  /** Leases that some worker holds, as far as the workers know. */
  readonly held = new Map<string, Held>();
  readonly #endpoint: Endpoint;
  readonly #random: () => number;
  #programs: Promise<void>[] = [];
  /** Producers go on as long as both are true, workers as long as the second one is. */
  readonly #going = { producers: true, workers: true };
  #frozenAt: number | undefined;

  constructor(endpoint: Endpoint, random: () => number) {
    this.#endpoint = endpoint;
    this.#random = random;
  }

  record(line: Omit<Line, "t">): void {
    this.lines.push({ t: this.#frozenAt ?? Date.now(), ...line });
  }

  start(producers: number, workers: number, queues: readonly string[]): void {
    for (let n = 1; n <= producers; n++) this.#programs.push(this.#produce(`producer-${n}`, queues[0]!));
    for (let n = 1; n <= workers; n++) this.#programs.push(this.#work(`worker-${n}`, queues));
    this.#programs.push(this.#sampleOften(queues));
  }

  /** Nothing more is pushed; workers go on. */
  stopProducing(): void {
    this.#going.producers = false;
  }

  /** Ends all programs, then takes the last samples and asks for every item: all at one moment that stands still. */
  async finish(queues: readonly string[]): Promise<void> {
    this.#going.workers = false;
    await Promise.all(this.#programs);
    this.#frozenAt = Date.now();
    for (const queue of queues) await this.sample(queue);
    for (const queue of queues) await this.#recordItems(queue);
  }

  /** Counts of one queue by state, written down as well; undefined when they are not to be had. */
  async sample(queue: string, proc = "sampler"): Promise<Record<string, number> | undefined> {
    const { res, body } = await this.#call(proc, "sample", queue, {}, "GET", `/queues/${queue}/stats`);
    return res === "ok" ? (body["counts"] as Record<string, number>) : undefined;
  }

  async #call(
    proc: string,
    op: string,
    key: string,
    arg: object,
    method: string,
    path: string,
    request?: object,
  ): Promise<Answer> {
    this.record({ proc, op, key, arg });
    const answer = await callServer(this.#endpoint, method, path, request);
    this.record({ proc, op, key, arg: answeredOf(op, answer.body), res: answer.res });
    return answer;
  }

  async #produce(proc: string, queue: string): Promise<void> {
    for (let n = 1; this.#going.producers; n++) {
      const kind = this.#random();
      const tag = `${proc}#${n}`;
      const orderKey = kind < 0.2 ? `order-${Math.floor(kind * 50)}` : undefined;
      const concurrencyKey = kind > 0.96 ? "crowd" : undefined;
      const idempotencyKey = this.#random() < 0.7 ? tag : undefined;
      const arg: PushLine = { tag, idempotencyKey, orderKey };
      const request = { payload: { tag }, idempotencyKey, orderKey, concurrencyKey };
      const path = `/queues/${queue}/items`;
      for (;;) {
        const { res } = await this.#call(proc, "push", queue, arg, "POST", path, request);
        if (res !== "info" || idempotencyKey === undefined) break;
        await pause(pauseMs);
      }
      await pause(20 + this.#random() * 40);
    }
  }

  async #work(proc: string, queues: readonly string[]): Promise<void> {
    for (let turn = 0; this.#going.workers; turn++) {
      const queue = queues[turn % queues.length]!;
      const path = `/queues/${queue}/claims`;
      const request = { count: 1 + Math.floor(this.#random() * 3), waitMs: 50, worker: proc };
      const { res, body } = await this.#call(proc, "claim", queue, {}, "POST", path, request);
      const items = res === "ok" ? (body["items"] as Held[]) : [];
      for (const item of items) this.held.set(item.id, item);
      for (const item of items) await this.#workOn(proc, item);
      if (res !== "ok") await pause(pauseMs);
    }
  }

  async #workOn(proc: string, item: Held): Promise<void> {
    const { id, leaseNumber } = item;
    await pause(this.#random() * 40);
    if (this.#random() < 0.2)
      await this.#call(proc, "extend", id, { leaseNumber }, "POST", `/items/${id}/extend`, { leaseNumber });
    const kind = this.#random();
    const outcome: OutcomeWord = kind < 0.75 ? "successful" : kind < 0.9 ? "application" : "business";
    const error = { kind: outcome, message: "no" };
    const request =
      outcome === "successful"
        ? { leaseNumber, state: "successful" }
        : { leaseNumber, state: "failed", error };
    for (;;) {
      const arg = { leaseNumber, outcome };
      const { res } = await this.#call(proc, "finish", id, arg, "POST", `/items/${id}/finish`, request);
      if (res !== "info") break;
      await pause(pauseMs);
    }
    if (this.held.get(id) === item) this.held.delete(id);
  }

  async #sampleOften(queues: readonly string[]): Promise<void> {
    while (this.#going.workers) {
      for (const queue of queues) await this.sample(queue);
      await pause(300);
    }
  }

  async #recordItems(queue: string): Promise<void> {
    let cursor = "";
    do {
      const path = `/queues/${queue}/items?limit=200${cursor === "" ? "" : `&cursor=${cursor}`}`;
      const { res, body } = await callServer(this.#endpoint, "GET", path);
      if (res !== "ok") throw new Error(`the items of ${queue} cannot be read: ${JSON.stringify(body)}`);
      const items = body["items"] as FoundItem[];
      const histories = await Promise.all(items.map(({ id }) => this.#historyOf(id)));
      for (const [index, item] of items.entries())
        this.record({
          proc: "auditor",
          op: "item",
          key: item.id,
          arg: itemLine(queue, item, histories[index]!),
        });
      cursor = (body["nextCursor"] as string | undefined) ?? "";
    } while (cursor !== "");
  }

  async #historyOf(id: string): Promise<FoundEvent[]> {
    const { res, body } = await callServer(this.#endpoint, "GET", `/items/${id}/history`);
    if (res !== "ok") throw new Error(`the history of ${id} cannot be read: ${JSON.stringify(body)}`);
    return body["items"] as FoundEvent[];
  }
}

interface FoundItem extends Pick<ItemLine, "state" | "orderKey" | "concurrencyKey" | "fromItemId"> {
  id: string;
  payload: { tag: string };
}

interface FoundEvent {
  seq: number;
  at: string;
  type: string;
  details?: { leaseNumber?: number; attempts?: number; delayMs?: number };
}

function itemLine(queueId: string, item: FoundItem, history: readonly FoundEvent[]): ItemLine {
  const { state, orderKey, concurrencyKey, fromItemId, payload } = item;
  const transitions = history.map(({ seq, at, type, details }) => {
    const { leaseNumber, attempts, delayMs } = details ?? {};
    return { seq, at: Date.parse(at), type: type.replace("work_item.", ""), leaseNumber, attempts, delayMs };
  });
  const choice = { successQueueId: null, failedQueueId: null };
  return { queueId, state, tag: payload.tag, orderKey, concurrencyKey, fromItemId, transitions, ...choice };
}

/** What the checker reads of an answer; times as milliseconds. */
function answeredOf(op: string, body: Record<string, unknown>): object {
  const { code, id, state, counts } = body;
  if (op === "claim" && Array.isArray(body["items"])) {
    const items = body["items"] as { id: string; leaseNumber: number; leaseUntil: string }[];
    return {
      items: items.map((item) => {
        return { id: item.id, leaseNumber: item.leaseNumber, leaseUntil: Date.parse(item.leaseUntil) };
      }),
    };
  }
  if (op === "extend") return { leaseUntil: Date.parse(String(body["leaseUntil"])), code };
  return { id, state, counts, code };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
