import { spawn } from "node:child_process";
import { once } from "node:events";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import type { Block } from "./documentation-blocks.ts";
import type { Place } from "./documentation-shell.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What the guide says once, on its first page, and then leaves out. */
const prelude = `import { BusinessError, createClient } from "@millrace/sdk";
const client = createClient({ url: process.env.MILLRACE_URL!, token: process.env.MILLRACE_TOKEN! });
`;

/** The TypeScript blocks of all pages, as programs in one folder. */
export class Programs {
  readonly #folder: string;

  constructor(folder: string, blocks: readonly Block[]) {
    this.#folder = folder;
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    const compilerOptions = { noUnusedLocals: false };
    const config = { extends: join(root, "tsconfig.json"), compilerOptions, include: ["*.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    for (const block of blocks) {
      const program = programOf(block);
      writeFileSync(join(folder, `${nameOf(block)}.ts`), program);
      writeFileSync(join(folder, `${nameOf(block)}.js`), transformSync(program, { loader: "ts" }).code);
    }
  }

  /** What the compiler says of them all; empty if they are right. */
  async check(): Promise<string> {
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    return (await run([compiler, "-p", "."], { folder: this.#folder, environment: {} })).output;
  }

  /** What the program of a block printed when its work was done; a watch or consumer goes on until `isEnough`. */
  async run(block: Block, place: Place, isEnough: (output: string) => boolean): Promise<string> {
    const args = [join(this.#folder, `${nameOf(block)}.js`)];
    const endsWhen = isWatching(block) ? isEnough : () => false;
    const { code, output } = await run(args, place, endsWhen);
    if (code !== 0 && code !== null) throw new Error(`it failed:\n${output}`);
    return output;
  }
}

function nameOf({ page, line }: Block): string {
  return `${page.replaceAll(/[^a-zA-Z]+/g, "-")}-${line}`;
}

function isWatching({ text }: Block): boolean {
  return /^const (watch|consumer) = /m.test(text);
}

/** A worker works until its queue is empty, so that the program comes to an end. */
function programOf(block: Block): string {
  const { text } = block;
  const queue = /^const worker = .*\.worker\(\s*"([^"]+)"/m.exec(text)?.[1];
  const drain = `for (;;) {
  const { counts } = await client.queueStats(${JSON.stringify(queue)});
  if (counts.new + counts.processing + counts.retry === 0) break;
  await new Promise((resolve) => setTimeout(resolve, 20));
}
await worker.stop();`;
  return [
    text.includes('from "@millrace/') ? "" : prelude,
    text,
    queue === undefined ? "" : drain,
    /\bclient\b/.test(text) && !isWatching(block) ? "await client.close();" : "",
    "export {};\n",
  ].join("\n");
}

/** What a program prints until it ends, or until it has printed enough and is ended. */
async function run(
  args: string[],
  { folder, environment }: Place,
  isEnough: (output: string) => boolean = () => false,
): Promise<{ code: number | null; output: string }> {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: "pipe" });
  let output = "";
  const take = (chunk: Buffer) => {
    output += chunk.toString();
    if (isEnough(output)) child.kill("SIGKILL");
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  await once(child, "close");
  return { code: child.exitCode, output };
}
