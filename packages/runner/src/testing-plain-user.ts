import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { defaultLimits } from "./manifest.ts";
import { Sandbox } from "./sandbox.ts";

/** Tries the sandbox as whoever runs this, in a folder of his, and prints what was seen as JSON. */
const [home = ""] = process.argv.slice(2);
const sandbox = await Sandbox.detect({ folder: join(home, "sandbox"), processesMax: 4 });
const server = createServer((_request, response) => response.end("reached")).listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const secret = join(home, "secret.txt");
writeFileSync(secret, "secret");
const work = join(home, "work");
mkdirSync(work, { mode: 0o700 });

async function run(script: string, memoryBytes = defaultLimits.memoryBytes) {
  const process_ = sandbox.start({
    command: ["/bin/sh", "-c", script],
    environment: { PATH: "/usr/local/bin:/usr/bin:/bin" },
    cwd: work,
    readOnly: [],
    writable: [work],
    network: false,
    limits: { ...defaultLimits, memoryBytes },
  });
  let output = "";
  process_.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  process_.stdin.end();
  const { reason } = await process_.exited;
  return { output, reason };
}

const node = process.execPath;
await run("echo mine > mine");
const read = await run(`cat ${secret} 2>/dev/null`);
const fetching = `fetch("${url}").then((r) => r.text()).then(console.log, () => console.log("refused"))`;
const network = await run(`${node} -e '${fetching}'`);
const hog = await run(`exec ${node} -e 'const held = []; for (;;) held.push(Buffer.alloc(8e6, 1))'`, 150e6);
const seen = {
  isolation: sandbox.isolation,
  wrote: readFileSync(join(work, "mine"), "utf8"),
  secret: read.output,
  network: network.output,
  memory: hog.reason,
};
server.close();
await sandbox.close();
console.log(JSON.stringify(seen));
