import pg from "pg";
import { expect, test } from "vitest";
import { SimulationRandom } from "../work-items/simulation-clock.ts";
import type { AssignedJob, JobOutcome } from "./runner-model.ts";
import { audit, auditLeases } from "./testing-audit.ts";
import { type JobNode, setupJobs, TestRunner } from "./testing.ts";

const runnerCount = 4;
const steps = 100;

/** Two nodes, runners that come and go, and whatever may go wrong between them, by the dice of one seed. */
class World {
  readonly random: SimulationRandom;
  readonly house: Awaited<ReturnType<typeof setupJobs>>;
  readonly watcher: pg.Client;
  readonly submitted: string[] = [];
  /** What was acknowledged as recorded: by job, the runs that ended well. */
  readonly recorded = new Map<string, string[]>();
  readonly runners: TestRunner[] = [];
  /** Jobs in the hands of each runner, finished ones of which nobody knows included. */
  readonly hands = new Map<TestRunner, AssignedJob[]>();
  /** Where each runner is connected; a connection that was closed says nothing any more. */
  readonly places = new Map<TestRunner, JobNode>();
  nodes: JobNode[] = [];
  calm = false;

  constructor(seed: number, house: Awaited<ReturnType<typeof setupJobs>>, watcher: pg.Client) {
    this.random = new SimulationRandom(seed);
    this.house = house;
    this.watcher = watcher;
  }

  async open(): Promise<void> {
    this.nodes = [this.house.openNode(), this.house.openNode()];
    for (let n = 0; n < runnerCount; n++) {
      const tags = n === 0 || this.random.chance(0.5) ? ["a", "b"] : ["a"];
      const facts = { tags, slots: this.random.between(1, 3) };
      const runner: TestRunner = new TestRunner(facts, (job) => {
        this.hands.get(runner)!.push(job);
      });
      this.runners.push(runner);
      this.hands.set(runner, []);
      await this.connect(runner);
    }
  }

  /** As a process that kept its jobs, or that has lost all of them with its disk. */
  async connect(runner: TestRunner): Promise<void> {
    if (!this.calm && this.random.chance(0.3)) {
      this.hands.set(runner, []);
      runner.facts.incarnation += 1;
    }
    const node = this.random.pick(this.nodes);
    await runner.connect(node, this.hands.get(runner));
    this.places.set(runner, node);
    const stopped = runner.session.reconciled.filter(({ verdict }) => verdict === "stop");
    for (const job of stopped) if (this.random.chance(0.7)) this.drop(runner, job);
  }

  disconnect(runner: TestRunner): void {
    runner.session.close();
    this.places.delete(runner);
  }

  drop(runner: TestRunner, { jobId, leaseNumber }: { jobId: string; leaseNumber: number }): void {
    const kept = this.hands
      .get(runner)!
      .filter((job) => job.jobId !== jobId || job.leaseNumber !== leaseNumber);
    this.hands.set(runner, kept);
  }

  async submit(): Promise<void> {
    const tags = this.random.chance(0.3) ? ["b"] : ["a"];
    const priority = this.random.between(0, 2);
    const wanted = { package: "hello", function: "greet", tags, priority, attemptsMax: 3 };
    this.submitted.push((await this.random.pick(this.nodes).jobs.submitJob(this.house.call, wanted)).id);
  }

  /** A runner says how a job ended; the answer may get lost on the way, and then it says it again later. */
  async end(runner: TestRunner, outcome: JobOutcome): Promise<void> {
    const hand = this.hands.get(runner)!;
    if (hand.length === 0) return;
    const job = this.random.pick(hand);
    const by = `${runner.id} ${job.leaseNumber}`;
    const answer = await runner.end(job, { outcome, output: { by } });
    if (answer === "recorded" && outcome === "successful") {
      const runs = this.recorded.get(job.jobId) ?? [];
      this.recorded.set(job.jobId, [...runs, by]);
    }
    if (this.calm || this.random.chance(0.7)) this.drop(runner, job);
  }

  async step(): Promise<void> {
    const { random } = this;
    const runner = random.pick(this.runners);
    if (!this.places.has(runner)) await this.connect(runner);
    const dice = random.between(0, 99);
    if (dice < 30) await this.submit();
    else if (dice < 60) await this.end(runner, "successful");
    else if (dice < 68) await this.end(runner, random.pick(["application_error", "crashed", "timed_out"]));
    else if (dice < 70) await this.end(runner, "business_error");
    else if (dice < 72) await this.end(runner, "cancelled");
    else if (dice < 77) await this.connect(runner);
    else if (dice < 81) this.disconnect(runner);
    else if (dice < 84) await runner.session.renew(this.hands.get(runner)!);
    else if (dice < 87) await this.reject(runner);
    else if (dice < 90) await this.silence();
    else if (dice < 93) await this.tick();
    else if (dice < 97 && this.submitted.length > 0)
      await random.pick(this.nodes).jobs.cancelJob(this.house.call, random.pick(this.submitted));
    else await this.killNode();
  }

  /** Time passes over some leases. */
  async silence(): Promise<void> {
    await this.watcher.query(
      `update jobs.jobs set lease_until = now() - interval '1 s'
       where lease_until is not null and abs(hashtext(id || $1)) % 10 < 3`,
      [String(this.random.between(0, 1_000))],
    );
  }

  async reject(runner: TestRunner): Promise<void> {
    const [job] = this.hands.get(runner)!;
    if (job === undefined) return;
    await runner.session.rejected(job, "no room");
    this.drop(runner, job);
  }

  async tick(): Promise<void> {
    await this.watcher.query("update jobs.jobs set due_at = now() - interval '1 s' where due_at is not null");
    const node = this.random.pick(this.nodes);
    for (const loop of ["expire-job-leases", "release-due-jobs", "send-cancels", "fold-job-counts"])
      await node.tick(loop);
  }

  /** Its connections are gone with it; what its runners hold they go on with. */
  async killNode(): Promise<void> {
    const [victim] = this.nodes.splice(this.random.between(0, 1), 1);
    await victim!.close();
    this.nodes.push(this.house.openNode());
    for (const [runner, node] of Array.from(this.places)) if (node === victim) await this.connect(runner);
  }

  /** Faults are over: everything that was submitted must come to its end. */
  async settle(): Promise<void> {
    this.calm = true;
    for (const runner of this.runners) await this.connect(runner);
    for (;;) {
      for (const runner of this.runners)
        while (this.hands.get(runner)!.length > 0) await this.end(runner, "successful");
      await this.tick();
      const live = await this.watcher.query("select id from jobs.jobs limit 1");
      if (live.rows.length === 0) return;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.close()));
  }
}

test.each([1, 2, 3, 4])(
  "seed %i: whatever goes wrong, each job ends once, by a run that was recorded",
  async (seed) => {
    const house = await setupJobs();
    const watcher = new pg.Client({ connectionString: house.url });
    await watcher.connect();
    const world = new World(seed, house, watcher);
    try {
      await world.open();
      for (let step = 0; step < steps; step++) await world.step();
      await world.settle();
      await audit(watcher);
      await auditLeases(watcher);
      const ended = await watcher.query<{ id: string; state: string; output: { by: string } | null }>(
        "select id, state, output from jobs.ended_jobs order by id",
      );
      expect(ended.rows.map(({ id }) => id)).toEqual([...world.submitted].sort());
      for (const { id, state, output } of ended.rows) {
        const runs = new Set(world.recorded.get(id) ?? []);
        expect(runs.size, id).toBeLessThan(2);
        if (state === "successful") expect([...runs], id).toEqual([output!.by]);
        else expect([...runs], id).toEqual([]);
      }
    } finally {
      await world.close();
      await watcher.end();
      await house.close();
    }
  },
);
