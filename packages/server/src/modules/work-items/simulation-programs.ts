import type { OutcomeWord } from "./history.ts";
import type { PushRequest } from "./simulation-queues.ts";
import type { Program, SimulationWorld } from "./simulation-world.ts";

const callsAgainMax = 6;

/** A program that pushes items one after another, and says a push again when it does not know what became of it. */
export function startProducer(
  world: SimulationWorld,
  plan: { name: string; queueIds: readonly string[]; nextQueueIds: readonly string[]; pushes: number },
): void {
  const { random } = world;
  const program = { name: plan.name, alive: true, pausedUntil: 0 };
  const step = (left: number) => {
    if (left === 0) return;
    const queueId = random.pick(plan.queueIds);
    const arg = newPush(world, `${plan.name}#${left}`, plan);
    pushUntilKnown(world, program, queueId, arg, callsAgainMax, () =>
      world.forProgram(program, random.between(20, 2_000), () => step(left - 1)),
    );
  };
  world.forProgram(program, random.between(0, 1_000), () => step(plan.pushes));
}

function newPush(
  { random }: SimulationWorld,
  tag: string,
  { name, nextQueueIds }: { name: string; nextQueueIds: readonly string[] },
): Omit<PushRequest, "id"> {
  const kind = random.next();
  // A key that was used for something else is refused, and leaves no trace.
  const keyOf = random.chance(0.1) ? `${name}-shared` : tag;
  return {
    tag,
    idempotencyKey: random.chance(0.6) ? keyOf : undefined,
    orderKey: kind < 0.3 ? random.pick(["a", "b"]) : undefined,
    concurrencyKey: kind > 0.85 ? "c" : undefined,
    priority: random.between(0, 1),
    delayMs: random.chance(0.15) ? random.between(1, 4_000) : 0,
    successQueueId: random.chance(0.2) ? random.pick(nextQueueIds) : null,
  };
}

function pushUntilKnown(
  world: SimulationWorld,
  program: Program,
  queueId: string,
  arg: Omit<PushRequest, "id">,
  left: number,
  done: () => void,
): void {
  world.call(program, { op: "push", key: queueId, arg }, (res) => {
    const again = res === "info" && left > 0 && arg.idempotencyKey !== undefined;
    if (!again) done();
    else world.forProgram(program, 100, () => pushUntilKnown(world, program, queueId, arg, left - 1, done));
  });
}

interface Held {
  id: string;
  leaseNumber: number;
}

/** A worker that claims, works, extends and finishes; it may be slow, careless, stopped for long, or killed. */
export function startWorker(
  world: SimulationWorld,
  plan: { name: string; queueIds: readonly string[]; leaseMs: number },
): void {
  const program = { name: plan.name, alive: true, pausedUntil: 0 };
  const worker = new Worker(world, program, plan);
  world.forProgram(program, world.random.between(0, 500), () => worker.claim());
  world.clock.after(world.random.between(1_000, 12_000), () => strike(world, program, plan));
}

/** With faults on, a worker is now and then stopped for some leases, or killed and started anew. */
function strike(world: SimulationWorld, program: Program, plan: Parameters<typeof startWorker>[1]): void {
  if (!world.faulty) return;
  const { random, clock } = world;
  if (random.chance(0.5)) {
    program.pausedUntil = clock.now + random.between(1, 3 * plan.leaseMs);
    clock.after(random.between(1_000, 12_000), () => strike(world, program, plan));
    return;
  }
  program.alive = false;
  clock.after(random.between(100, 3_000), () => startWorker(world, { ...plan, name: `${plan.name}'` }));
}

class Worker {
  readonly #world: SimulationWorld;
  readonly #program: Program;
  readonly #queueIds: readonly string[];
  readonly #leaseMs: number;
  #turn = 0;

  constructor(
    world: SimulationWorld,
    program: Program,
    plan: { queueIds: readonly string[]; leaseMs: number },
  ) {
    this.#world = world;
    this.#program = program;
    this.#queueIds = plan.queueIds;
    this.#leaseMs = plan.leaseMs;
  }

  claim(): void {
    const { random } = this.#world;
    const key = this.#queueIds[this.#turn++ % this.#queueIds.length]!;
    const count = random.between(1, 2);
    this.#world.call(this.#program, { op: "claim", key, arg: { count } }, (res, arg) => {
      const items = res === "ok" ? (arg as { items: Held[] }).items : [];
      if (items.length === 0) this.#after(random.between(100, 600), () => this.claim());
      else this.#workOn(items);
    });
  }

  /** One after another, each with its own fate. */
  #workOn([item, ...others]: readonly Held[]): void {
    if (item === undefined) {
      this.claim();
      return;
    }
    const { random } = this.#world;
    const then = () => this.#workOn(others);
    if (random.chance(0.05)) {
      this.#call({ op: "release", key: item.id, arg: { leaseNumber: item.leaseNumber } }, then);
      return;
    }
    const slow = random.chance(0.15);
    const workMs = slow ? random.between(this.#leaseMs / 2, this.#leaseMs * 2) : random.between(5, 400);
    const work = { lost: false, over: false };
    if (random.chance(0.7)) this.#keep(item, work);
    this.#after(workMs, () => {
      work.over = true;
      // A careless worker says its end although it knows that the lease is lost.
      if (work.lost && random.chance(0.7)) then();
      else this.#finish(item, random.pick(outcomes), callsAgainMax, then);
    });
  }

  #keep(item: Held, work: { lost: boolean; over: boolean }): void {
    this.#after(this.#leaseMs / 3, () => {
      if (work.over) return;
      const request = { op: "extend", key: item.id, arg: { leaseNumber: item.leaseNumber } } as const;
      const done = (res: string) => {
        if (res === "fail") work.lost = true;
        else this.#keep(item, work);
      };
      this.#world.call(this.#program, request, done, `${this.#program.name} extending ${item.id}`);
    });
  }

  /** Says the end until it is answered, and sometimes once more although it was. */
  #finish(item: Held, outcome: OutcomeWord, left: number, then: () => void): void {
    const { id: key, leaseNumber } = item;
    this.#world.call(this.#program, { op: "finish", key, arg: { leaseNumber, outcome } }, (res) => {
      const again = res === "info" || (res === "ok" && this.#world.random.chance(0.1));
      if (again && left > 0) this.#after(50, () => this.#finish(item, outcome, left - 1, then));
      else then();
    });
  }

  #call(request: Parameters<SimulationWorld["call"]>[1], then: () => void): void {
    this.#world.call(this.#program, request, then);
  }

  #after(delayMs: number, act: () => void): void {
    this.#world.forProgram(this.#program, delayMs, act);
  }
}

const outcomes = [
  "successful",
  "successful",
  "successful",
  "application",
  "application",
  "business",
] as const;
