import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { defaultLimits } from "./manifest.ts";
import { type Isolation, Sandbox } from "./sandbox.ts";

/** A runner that starts a job, says so, and waits to be killed: `<folder> <isolation> <mark>`. */
const [folder = "", isolation = "", mark = ""] = process.argv.slice(2);
const work = join(folder, "work");
mkdirSync(work, { recursive: true });
const sandbox = await Sandbox.detect({
  folder,
  processesMax: 2,
  isolations: [isolation as Isolation],
  cgroups: false,
});
const job = sandbox.start({
  command: [
    "/bin/sh",
    "-c",
    `setsid sh -c 'sleep 1000; : ${mark}-job' & echo started; sleep 1000; : ${mark}-job`,
  ],
  environment: { PATH: "/usr/bin:/bin" },
  cwd: work,
  readOnly: [],
  writable: [work],
  network: false,
  limits: defaultLimits,
});
job.stdout.pipe(process.stdout);
setTimeout(() => undefined, 60_000);
