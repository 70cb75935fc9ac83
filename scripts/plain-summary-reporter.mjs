/** Ends a run with every skipped test and its reason, and a plain line that a machine can read. */
export default class PlainSummaryReporter {
  /** The line comes last, after what the teardown of the run has to say. */
  onTestRunEnd(modules, unhandledErrors) {
    const text = summarize(modules, unhandledErrors);
    process.once("exit", () => process.stdout.write(text));
  }
}

/** A file or group that could not be set up and an error outside of every test count as failures. */
function summarize(modules, unhandledErrors) {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const inState = (state) => tests.filter((test) => test.result().state === state);
  const skipped = tests.filter((test) => !["passed", "failed"].includes(test.result().state));
  const groups = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  const broken = groups.filter((group) => group.errors().length > 0);
  const failed = inState("failed").length + broken.length + unhandledErrors.length;
  const reasons = skipped.map((test) => `skipped: ${nameOf(test)}: ${reasonOf(test)}`);
  const counts = `${inState("passed").length} passed, ${failed} failed, ${skipped.length} skipped`;
  return `${[...reasons, "", counts].join("\n")}\n`;
}

function nameOf(test) {
  return `${test.module.relativeModuleId} > ${test.fullName}`;
}

function reasonOf(test) {
  return test.result().note ?? (test.options.mode === "todo" ? "not written" : "no reason given");
}
