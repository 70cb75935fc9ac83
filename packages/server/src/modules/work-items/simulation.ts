import type { Line } from "./history.ts";
import { keysOf } from "./model.ts";
import { SimulationClock, SimulationRandom } from "./simulation-clock.ts";
import { startProducer, startWorker } from "./simulation-programs.ts";
import { type Mutant, SimulationQueues } from "./simulation-queues.ts";
import { SimulationStore, type StoredItem, type StoredQueue } from "./simulation-store.ts";
import { SimulationWorld } from "./simulation-world.ts";

export const sweepEveryMs = 1_000;
const releaseEveryMs = 250;
const sampleEveryMs = 5_000;
const faultsForMs = 20_000;
const pageSize = 3;
/** Of virtual time; a run ends before, when all has come to its end. */
const runForMs = 120_000;

/** Plays one seed: producers, workers, nodes and faults on a virtual clock; answers what was seen. */
export function simulate(seed: number, mutant?: Mutant): Line[] {
  const random = new SimulationRandom(seed);
  const clock = new SimulationClock();
  const store = new SimulationStore(() => clock.now);
  const settings = queuesOf(random);
  const world: SimulationWorld = new SimulationWorld(clock, random, () => queues, mutant);
  const later = (act: () => void) => world.laterOnNode(act);
  const queues = new SimulationQueues({ store, queues: settings, random, mutant, later });
  for (const queue of settings.values()) world.record(queueLine(queue));
  startPrograms(world, [...settings.values()]);
  world.loop(sweepEveryMs, () => queues.expireLeases(pageSize));
  world.loop(releaseEveryMs, () => queues.releaseDueItems(pageSize));
  startFaults(world);
  startRepairs(world, queues);
  const sampling = startSampling(world, store, settings);
  clock.run(runForMs, () => sampling.over);
  sampleAll(world, store, settings);
  for (const item of [...store.live.values(), ...store.ended.values()]) world.record(itemLine(item));
  return world.lines;
}

function queuesOf(random: SimulationRandom): Map<string, StoredQueue> {
  const leaseMs = random.between(1_500, 3_000);
  const acquiredMax = random.between(4, 8);
  const make = (id: string, next: { successQueueId?: string; failedQueueId?: string } = {}): StoredQueue => ({
    id,
    leaseMs,
    acquiredMax,
    attemptsMax: random.between(1, 4),
    backoff: random.pick(["constant", "exponential"] as const),
    backoffMs: random.pick([0, 0, 300]),
    backoffMaxMs: 2_000,
    jitter: 0.2,
    concurrencyPerKey: random.between(1, 2),
    successQueueId: next.successQueueId ?? null,
    failedQueueId: next.failedQueueId ?? null,
  });
  const failedQueueId = random.chance(0.5) ? "rejected" : undefined;
  const queues = [make("films", { successQueueId: "enriched", failedQueueId }), make("plain")];
  return new Map([...queues, make("enriched"), make("rejected")].map((queue) => [queue.id, queue]));
}

function startPrograms(world: SimulationWorld, queues: readonly StoredQueue[]): void {
  const { leaseMs } = queues[0]!;
  const queueIds = ["films", "plain"];
  const nextQueueIds = ["enriched", "rejected"];
  for (const name of ["producer-1", "producer-2"])
    startProducer(world, { name, queueIds, nextQueueIds, pushes: 9 });
  for (const name of ["worker-1", "worker-2", "worker-3"]) startWorker(world, { name, queueIds, leaseMs });
  startWorker(world, { name: "worker-4", queueIds: [...nextQueueIds, ...queueIds], leaseMs });
}

function startFaults(world: SimulationWorld): void {
  const { clock, random } = world;
  const kill = () => {
    if (!world.faulty) return;
    world.killNode(random.between(100, 3_000));
    clock.after(random.between(500, 5_000), kill);
  };
  clock.after(random.between(500, 5_000), kill);
  clock.after(faultsForMs, () => world.endFaults());
}

/** An operator brings ended items back now and then. */
function startRepairs(world: SimulationWorld, queues: SimulationQueues): void {
  const { clock, random } = world;
  const repair = () => {
    if (!world.faulty) return;
    const ended = [...queues.store.ended.values()].filter(({ state }) => state !== "successful");
    if (ended.length > 0 && random.chance(0.5)) queues.requeue(random.pick(ended));
    clock.after(3_000, repair);
  };
  clock.after(3_000, repair);
}

/** Takes samples, and says when faults are off and every item has come to its end. */
function startSampling(
  world: SimulationWorld,
  store: SimulationStore,
  queues: Map<string, StoredQueue>,
): { over: boolean } {
  const sampling = { over: false };
  const sample = () => {
    sampleAll(world, store, queues);
    sampling.over = !world.faulty && store.live.size === 0 && world.clock.now >= faultsForMs + sampleEveryMs;
    world.clock.after(sampleEveryMs, sample);
  };
  world.clock.after(sampleEveryMs, sample);
  return sampling;
}

function sampleAll(world: SimulationWorld, store: SimulationStore, queues: Map<string, StoredQueue>): void {
  for (const key of queues.keys()) {
    const counts = Object.fromEntries(store.counts.get(key) ?? []);
    world.record({ proc: "sampler", op: "sample", key, arg: {} });
    world.record({ proc: "sampler", op: "sample", key, arg: { counts }, res: "ok" });
  }
}

function queueLine({ id, ...settings }: StoredQueue): Omit<Line, "t"> {
  return { proc: "world", op: "queue", key: id, arg: settings };
}

function itemLine(item: StoredItem): Omit<Line, "t"> {
  const { id, gate, queueId, state, tag, fromItemId, successQueueId, failedQueueId, transitions } = item;
  const arg = {
    queueId,
    state,
    tag,
    ...keysOf(gate),
    fromItemId,
    successQueueId,
    failedQueueId,
    transitions,
  };
  return { proc: "auditor", op: "item", key: id, arg };
}
