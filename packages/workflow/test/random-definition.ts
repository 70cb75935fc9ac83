import type { Json, JsonObject } from "../src/json.ts";

/** Numbers that look random and depend on their seed alone (mulberry32). */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** From 0 to below 1. */
  next(): number {
    this.state = (this.state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  isLucky(share: number): boolean {
    return this.next() < share;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }
}

const depthMax = 4;
const composite = ["do", "for", "fork", "try", "function"] as const;
const simple = ["call", "run", "emit", "listen", "raise", "set", "switch", "wait", "subscribe"] as const;

export const eventTypes = ["a", "b", "stop"];

/** Definitions of every kind of task within each other. They end, whatever comes back from outside. */
export class DefinitionMaker {
  readonly random: Random;
  private count = 0;
  private tasksLeft = 40;

  constructor(random: Random) {
    this.random = random;
  }

  definition(): JsonObject {
    const { random } = this;
    const extensions: JsonObject = random.isLucky(0.3) ? { extensions: [this.extension()] } : {};
    return {
      document: { dsl: "1.0.3", namespace: "test", name: "random", version: "1.0.0" },
      use: {
        functions: { known: { set: { from: "${ $input }" } } },
        retries: { policy: { delay: "PT1S", limit: { attempt: { count: 2 } } } },
        ...extensions,
      },
      ...(random.isLucky(0.2) ? { timeout: { after: "PT20S" } } : {}),
      do: this.list(0),
    };
  }

  private extension(): JsonObject {
    const list = (): Json => [
      { extended: { set: { x: 1 }, ...(this.random.isLucky(0.3) ? { then: "exit" } : {}) } },
    ];
    const extend = this.random.pick(["all", "call", "composite", "set"]);
    return { around: { extend, before: list(), ...(this.random.isLucky(0.5) ? { after: list() } : {}) } };
  }

  private list(depth: number): Json[] {
    const size = this.random.below(4) + (depth === 0 ? 2 : 0);
    const names = Array.from({ length: size }, () => `t${(this.count += 1)}`);
    return names.map((name, position) => ({ [name]: this.task(depth, names.slice(position + 1)) }));
  }

  private task(depth: number, later: readonly string[]): JsonObject {
    const { random } = this;
    this.tasksLeft -= 1;
    const isSimple = depth >= depthMax || this.tasksLeft <= 0 || random.isLucky(0.5);
    const kind = isSimple ? random.pick(simple) : random.pick(composite);
    const then = random.pick(["continue", "exit", ...later]);
    return {
      ...this.body(kind, depth, later),
      ...(random.isLucky(0.1) ? { if: random.pick([". != null", "$context.no", "true"]) } : {}),
      ...(random.isLucky(0.1) ? { timeout: { after: random.pick(["PT1S", "PT5S"]) } } : {}),
      ...(random.isLucky(0.1)
        ? { output: { as: random.pick(["{ n: 1 }", ".", "[.]| {n: length}", ".a.b.c"]) } }
        : {}),
      ...(random.isLucky(0.2) ? { export: { as: "$context + { last: $task.name }" } } : {}),
      ...(random.isLucky(0.1)
        ? { input: { from: random.pick(["{ n: 2 }", "$context", 'error("no")']) } }
        : {}),
      ...(random.isLucky(0.15) ? { then: random.isLucky(0.05) ? "end" : then } : {}),
    };
  }

  private body(
    kind: (typeof simple)[number] | (typeof composite)[number],
    depth: number,
    later: readonly string[],
  ): JsonObject {
    const { random } = this;
    switch (kind) {
      case "call":
        return { call: random.pick(["f", "g"]), with: { n: "${ .n }", s: "${ $secrets.key }" } };
      case "function":
        return { call: "known", with: { n: "${ .n }" } };
      case "run":
        return {
          run: {
            shell: { command: "x" },
            await: random.isLucky(0.8),
            return: random.pick(["stdout", "code"]),
          },
        };
      case "emit":
        return { emit: { event: { with: { source: "https://s", type: "t", data: "${ . }" } } } };
      case "listen":
        return this.listen(depth);
      case "raise":
        return { raise: { error: { type: "https://x/raised", status: random.pick([400, 500]) } } };
      case "set":
        return { set: random.pick(["${ { n: 1 } }", { n: "${ $context }" }, { n: "${ .n.m }" }]) };
      case "switch": {
        const cases = [...later, "exit"]
          .slice(0, 2)
          .map((then, i) => ({ [`c${i}`]: { when: ".n == null", then } }));
        return { switch: cases };
      }
      case "wait":
        return { wait: random.pick(["PT1S", "PT3S", "PT0S"]) };
      case "subscribe":
        return { call: "asyncapi", with: this.subscription(depth) };
      case "do":
        return { do: this.list(depth + 1) };
      case "for":
        return { for: { in: `[range(${random.below(4)})]` }, ...this.while(), do: this.list(depth + 1) };
      case "fork":
        return { fork: { compete: random.isLucky(0.5), branches: this.branches(depth + 1) } };
      case "try":
        return { try: this.list(depth + 1), catch: this.catch(depth + 1) };
    }
  }

  private while(): JsonObject {
    return this.random.isLucky(0.3) ? { while: "$index < 2" } : {};
  }

  /** A branch goes nowhere but on. */
  private branches(depth: number): Json[] {
    const branches = this.list(depth) as JsonObject[];
    return branches.map((branch) => {
      const [name, task] = Object.entries(branch)[0]!;
      const { then: _, ...others } = task as JsonObject;
      return { [name]: others.switch === undefined ? others : { set: { s: 1 } } };
    });
  }

  private catch(depth: number): JsonObject {
    const { random } = this;
    return {
      ...(random.isLucky(0.3) ? { errors: { with: { status: 500 } } } : {}),
      ...(random.isLucky(0.4)
        ? {
            retry: random.pick<Json>([
              "policy",
              { delay: "PT1S", limit: this.limit(), jitter: this.jitter() },
            ]),
          }
        : {}),
      ...(random.isLucky(0.6) ? { do: this.list(depth) } : {}),
    };
  }

  private limit(): JsonObject {
    return {
      attempt: { count: this.random.below(3), ...(this.random.isLucky(0.5) ? { duration: "PT2S" } : {}) },
    };
  }

  private jitter(): JsonObject {
    return { from: "PT0S", to: "PT1S" };
  }

  private foreach(depth: number): JsonObject {
    return this.random.isLucky(0.5) && depth < depthMax ? { foreach: { do: this.list(depth + 1) } } : {};
  }

  private listen(depth: number): JsonObject {
    const filter = (type: string): JsonObject => ({ with: { type } });
    const to = this.random.pick<JsonObject>([
      { one: filter("a") },
      { any: [] },
      { any: [filter("a"), filter("b")], until: { one: filter("stop") } },
      { any: [filter("a")], until: "length > 1" },
      { all: [filter("a"), filter("b")] },
    ]);
    return { listen: { to }, ...this.foreach(depth) };
  }

  private subscription(depth: number): JsonObject {
    const consume = this.random.pick<JsonObject>([{ amount: 2 }, { while: "${ length < 2 }", for: "PT4S" }]);
    const subscription = { consume, ...this.foreach(depth) };
    return { document: { endpoint: "https://x" }, operation: "o", subscription };
  }
}
