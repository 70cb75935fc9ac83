import { afterAll, beforeAll, expect, test } from "vitest";
import { manifestOf, TestRunner } from "./testing.ts";

let runner: TestRunner;
beforeAll(async () => {
  runner = await new TestRunner().open();
});
afterAll(() => runner.remove());

test("a function of JavaScript and one of Python answer through a process of their own", async () => {
  const javascript = await runner.package({
    "millrace.yaml": manifestOf("node", "greet.js", ["greet"]),
    "greet.js":
      "module.exports = async (input, context) => ({ text: `Hello ${input.name}`, job: context.job });",
  });
  const python = await runner.package({
    "millrace.yaml": manifestOf("python", "greet.py", ["greet"]),
    "greet.py":
      "def greet(input, context):\n    return {'text': 'Hello ' + input['name'], 'job': context['job']}\n",
  });
  for (const digest of [javascript, python]) {
    const job = { id: `job-${digest}`, run: { package: digest }, function: "greet", input: { name: "Ada" } };
    const { result } = await runner.run(job);
    expect(result).toMatchObject({
      outcome: "successful",
      output: { text: "Hello Ada", job: job.id },
      error: undefined,
    });
  }
});
