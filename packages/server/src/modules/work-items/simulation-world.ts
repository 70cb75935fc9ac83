import type { Line, OutcomeWord, Result } from "./history.ts";
import type { SimulationClock, SimulationRandom } from "./simulation-clock.ts";
import type { Answer, Mutant, PushRequest, SimulationQueues } from "./simulation-queues.ts";

export type Request =
  | { op: "push"; key: string; arg: Omit<PushRequest, "id"> }
  | { op: "claim"; key: string; arg: { count: number } }
  | { op: "extend"; key: string; arg: { leaseNumber: number } }
  | { op: "release"; key: string; arg: { leaseNumber: number } }
  | { op: "finish"; key: string; arg: { leaseNumber: number; outcome: OutcomeWord } };

/** A program that talks to the nodes. It may stop for a while, and it may die: then what was planned is gone. */
export interface Program {
  name: string;
  alive: boolean;
  pausedUntil: number;
}

interface Node {
  life: number;
  up: boolean;
}

const nodeCount = 2;
const callTimeoutMs = 2_000;
const commitMsMax = 40;

/** Nodes that share one store, programs that call them, and a network between that loses, doubles and delays. */
export class SimulationWorld {
  readonly clock: SimulationClock;
  readonly random: SimulationRandom;
  readonly lines: Line[] = [];
  readonly #queues: () => SimulationQueues;
  readonly #mutant: Mutant | undefined;
  readonly #nodes: Node[] = Array.from({ length: nodeCount }, () => ({ life: 0, up: true }));
  #faulty = true;
  #acting = this.#nodes[0]!;

  constructor(
    clock: SimulationClock,
    random: SimulationRandom,
    queues: () => SimulationQueues,
    mutant?: Mutant,
  ) {
    this.clock = clock;
    this.random = random;
    this.#queues = queues;
    this.#mutant = mutant;
  }

  record(line: Omit<Line, "t">): void {
    this.lines.push({ t: this.clock.now, ...line });
  }

  /** From here on the network and the nodes do what they should. */
  endFaults(): void {
    this.#faulty = false;
    for (const node of this.#nodes) node.up = true;
    this.record({ proc: "world", op: "quiet", key: "", arg: {} });
  }

  get faulty(): boolean {
    return this.#faulty;
  }

  /** Kills a node: what it had not committed is gone. It comes back after a while. */
  killNode(downMs: number): void {
    const node = this.random.pick(this.#nodes);
    node.life += 1;
    node.up = false;
    this.clock.after(downMs, () => {
      node.up = true;
    });
  }

  /** Runs `act` on every node again and again, as its loops do. */
  loop(everyMs: number, act: () => void): void {
    this.#nodes.forEach((node, index) => {
      const tick = () => {
        if (node.up) this.#actOn(node, act);
        this.clock.after(everyMs, tick);
      };
      this.clock.after((everyMs * index) / nodeCount, tick);
    });
  }

  /** Runs `act` later on the node that acts now, unless it dies before. */
  laterOnNode(act: () => void): void {
    const node = this.#acting;
    const { life } = node;
    this.clock.after(this.random.between(1, commitMsMax), () => {
      if (node.life === life) act();
    });
  }

  /** Runs `act` for a program: later if it is stopped then, never if it is dead. */
  forProgram(program: Program, delayMs: number, act: () => void): void {
    this.clock.after(delayMs, () => {
      if (!program.alive) return;
      const stopped = program.pausedUntil - this.clock.now;
      if (stopped > 0) this.forProgram(program, stopped, act);
      else act();
    });
  }

  /** Calls a node and tells the outcome once: what it answered, or `info` when nothing came in time. */
  call(
    program: Program,
    request: Request,
    done: (res: Result, arg: object) => void,
    proc = program.name,
  ): void {
    const { op, key, arg } = request;
    this.record({ proc, op, key, arg });
    let open = true;
    const settle = (res: Result, answered: object) => {
      if (!open) return;
      open = false;
      this.record({ proc, op, key, arg: answered, res });
      done(res, answered);
    };
    this.forProgram(program, callTimeoutMs, () => settle("info", {}));
    this.#send(request, (answer) => this.forProgram(program, 0, () => settle(answer.res, answer.arg)));
  }

  #send(request: Request, reply: (answer: Answer) => void): void {
    const { random } = this;
    if (this.#faulty && random.chance(0.01)) {
      this.#overNetwork(() => reply({ res: "fail", arg: { code: "overloaded" } }));
      return;
    }
    const mayDouble = request.op !== "push" || request.arg.idempotencyKey !== undefined;
    const copies = this.#faulty && mayDouble && random.chance(0.08) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) this.#overNetwork(() => this.#arrive(request, reply));
  }

  #overNetwork(act: () => void): void {
    const { random } = this;
    if (this.#faulty && random.chance(0.05)) return;
    const slow = this.#faulty && random.chance(0.05);
    this.clock.after(slow ? random.between(50, 2_500) : random.between(1, 30), act);
  }

  /** A node takes a call and commits it a little later, if it is still alive; then it answers. */
  #arrive(request: Request, reply: (answer: Answer) => void): void {
    const up = this.#nodes.filter((node) => node.up);
    if (up.length === 0) return;
    const node = this.random.pick(up);
    const { life } = node;
    const prepared = this.#prepared(request);
    const early = this.#mutant === "a call is acknowledged before its commit";
    if (early) this.#answerEarly(prepared, reply);
    this.clock.after(this.random.between(1, commitMsMax), () => {
      if (node.life !== life) return;
      const answer = this.#actOn(node, () => serve(this.#queues(), prepared));
      if (!early || request.op !== "push") this.#overNetwork(() => reply(answer));
    });
  }

  #prepared(request: Request): Request & { id: string } {
    return { ...request, id: request.op === "push" ? this.#queues().newId() : "" };
  }

  #answerEarly(request: Request & { id: string }, reply: (answer: Answer) => void): void {
    const { key, id } = request;
    let answer: Answer | undefined;
    if (request.op === "push") answer = { res: "ok", arg: { id } };
    if (request.op === "finish")
      answer = this.#queues().foresee(key, request.arg.leaseNumber, request.arg.outcome);
    if (answer !== undefined) this.#overNetwork(() => reply(answer));
  }

  #actOn<T>(node: Node, act: () => T): T {
    this.#acting = node;
    return act();
  }
}

function serve(queues: SimulationQueues, request: Request & { id: string }): Answer {
  const { op, key } = request;
  if (op === "push") return queues.push(key, { ...request.arg, id: request.id });
  if (op === "claim") return queues.claim(key, request.arg.count);
  if (op === "extend") return queues.extend(key, request.arg.leaseNumber);
  if (op === "release") return queues.release(key, request.arg.leaseNumber);
  return queues.finish(key, request.arg.leaseNumber, request.arg.outcome);
}
