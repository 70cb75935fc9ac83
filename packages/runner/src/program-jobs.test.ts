import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestRunner } from "./testing.ts";

let runner: TestRunner;
beforeAll(async () => {
  runner = await new TestRunner().open({ graceMs: 500 });
});
afterAll(() => runner.remove());

const openiap = (more: object = {}) =>
  JSON.stringify({
    name: "agent",
    version: "1.0.0",
    main: "main.py",
    openiap: { language: "python", ...more },
  });

function shell(text: string, more = ""): Promise<string> {
  const manifest = `name: script\nversion: 1.0.0\nruntime: bash\nentry: run.sh\n${more}`;
  return runner.package({ "millrace.yaml": manifest, "run.sh": text });
}

test("a package of the other product runs by its contract: variables, payload file, new files, exit code", async () => {
  const main = `import json, os
print("working on", os.environ["workitemid"])
with open(os.environ["payloadfile"]) as file:
    payload = json.load(file)
payload["total"] = int(os.environ["count"]) * payload["price"]
with open(os.environ["payloadfile"], "w") as file:
    json.dump(payload, file)
with open("bill.txt", "w") as file:
    file.write(open("order.txt").read() + " paid")
`;
  const digest = await runner.package({ "package.json": openiap(), "main.py": main });
  const order = join(runner.folder, "order.txt");
  writeFileSync(order, "one mill");
  const { result, log, files } = await runner.run({
    run: { package: digest },
    input: { count: 3, price: 7 },
    environment: { workitemid: "item-1" },
    files: [{ name: "order.txt", path: order }],
    network: true,
  });
  expect(result).toMatchObject({
    outcome: "successful",
    output: { count: 3, price: 7, total: 21 },
    error: undefined,
  });
  expect(log.map(({ message }) => message)).toEqual(["working on item-1"]);
  expect([...files].map(([name, bytes]) => [name, bytes.toString()])).toEqual([
    ["bill.txt", "one mill paid"],
  ]);
});

test("any exit code but 0 is an error that may be tried again, and a signal is told", async () => {
  const failed = await runner.run({ run: { package: await shell("echo on the way; exit 4") } });
  expect(failed.result).toMatchObject({
    outcome: "application_error",
    error: { code: "exit_code", message: "it ended with exit code 4", retry: true },
  });
  expect(failed.log.map(({ message }) => message)).toEqual(["on the way"]);
});

test("each run has a copy of the package of its own", async () => {
  const digest = await shell("echo x >> run.log; wc -l < run.log");
  for (let count = 0; count < 2; count += 1) {
    const { log } = await runner.run({ run: { package: digest } });
    expect(log.map(({ message }) => message.trim())).toEqual(["1"]);
  }
});

test("secrets come as variables, are hidden in console and payload, and names that load code are refused", async () => {
  const digest = await shell('echo "have $API_KEY"; echo "{\\"key\\": \\"$API_KEY\\"}" > "$payloadfile"');
  const { result, log } = await runner.run({
    run: { package: digest },
    secrets: { API_KEY: "hunter2hunter2" },
  });
  expect(log[0]!.message).toBe("have [secret]");
  expect(result.output).toEqual({ key: "[secret]" });
  for (const name of [
    "LD_PRELOAD",
    "NODE_OPTIONS",
    "BASH_ENV",
    "PATH",
    "PYTHONPATH",
    "GIT_SSH",
    "a b",
    "MILLRACE_JOB",
  ]) {
    const refused = await runner.run({ run: { package: digest }, environment: { [name]: "x" } });
    expect(refused.result, name).toMatchObject({
      outcome: "business_error",
      error: { code: "invalid_input" },
    });
  }
});

test("values of a payload never become variables that change how programs load", async () => {
  const digest = await shell('echo "[$LD_PRELOAD][$NODE_OPTIONS][$plain]"');
  const { log } = await runner.run({
    run: { package: digest },
    input: { LD_PRELOAD: "/x", NODE_OPTIONS: "--y", plain: 1 },
  });
  expect(log[0]!.message).toBe("[][][1]");
});

test("a run that is over its time is asked to end, then killed", async () => {
  const polite = await shell(
    'trap "echo asked; exit 0" TERM; while :; do sleep 0.05; done',
    "limits: { timeout: 300ms }\n",
  );
  const asked = await runner.run({ run: { package: polite } });
  expect(asked.result).toMatchObject({
    outcome: "timed_out",
    error: { message: "it did not end within 300 ms" },
  });
  expect(asked.log.map(({ message }) => message)).toEqual(["asked"]);
  const rude = await shell('trap "" TERM; while :; do sleep 0.05; done', "limits: { timeout: 300ms }\n");
  expect((await runner.run({ run: { package: rude } })).result.outcome).toBe("timed_out");
});

test("a daemon runs past the time of its manifest, until it is cancelled", async () => {
  const digest = await shell(
    "echo up; while :; do sleep 0.05; done",
    "kind: daemon\nlimits: { timeout: 50ms }\n",
  );
  let isUp = () => {};
  const up = new Promise<void>((resolve) => (isUp = resolve));
  const running = runner.run({ id: "daemon", run: { package: digest } }, { log: () => isUp() });
  await up;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(runner.jobs.describe().running).toBe(1);
  runner.jobs.cancel("daemon", "a new version is there");
  expect((await running).result).toMatchObject({
    outcome: "cancelled",
    error: { message: "a new version is there" },
  });
});

test("links, pipes and folders that a job leaves are no way to the runner's files", async () => {
  const hidden = join(runner.folder, "hidden.json");
  writeFileSync(hidden, '{"stolen": true}', { mode: 0o600 });
  const digest = await shell(`ln -s ${hidden} stolen.txt; ln -s ${runner.folder} linked; mkfifo pipe
mkdir sub; echo fine > sub/fine.txt; rm "$payloadfile"; ln -s ${hidden} "$payloadfile"`);
  const { result, files } = await runner.run({ run: { package: digest }, input: { kept: true } });
  expect([...files.keys()]).toEqual(["sub/fine.txt"]);
  expect(result).toMatchObject({ outcome: "successful", output: { kept: true } });
});
