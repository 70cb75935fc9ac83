import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where something runs. */
export interface Place {
  folder: string;
  environment: Record<string, string>;
}

const mark = "--- the block has ended ---";

/** One shell that runs a page's blocks one after the other, as its reader would; the first failure ends it. */
export class Shell {
  readonly #place: Place;
  readonly #name: string;
  readonly #child: ChildProcess;
  #stdout = "";
  #stderr = "";
  #count = 0;
  #onOutput: () => void = () => undefined;

  constructor(place: Place, name: string) {
    this.#place = place;
    this.#name = name;
    this.#child = start(place, ["-eu"]);
    this.#child.stdout!.on("data", (chunk: Buffer) => this.#add(chunk.toString()));
    this.#child.stderr!.on("data", (chunk: Buffer) => (this.#stderr += chunk.toString()));
    this.#child.on("close", () => this.#onOutput());
  }

  /** What the block printed. */
  async run(text: string): Promise<string> {
    const file = join(this.#place.folder, `.${this.#name}-${(this.#count += 1)}.sh`);
    writeFileSync(file, `${text}\n`);
    this.#stdout = "";
    this.#stderr = "";
    this.#child.stdin!.write(`. ${file} </dev/null\necho '${mark}'\n`);
    await new Promise<void>((resolve) => {
      this.#onOutput = resolve;
    });
    if (this.#stdout.includes(mark)) return this.#stdout.slice(0, this.#stdout.indexOf(mark));
    throw new Error(`it failed:\n${this.#stdout}${this.#stderr}`);
  }

  end(): void {
    this.#child.kill("SIGKILL");
  }

  #add(text: string): void {
    this.#stdout += text;
    if (this.#stdout.includes(mark)) this.#onOutput();
  }
}

/** Runs a block that goes on until it is interrupted, up to the moment at which `isEnough` says so. */
export async function runUntil(
  place: Place,
  text: string,
  isEnough: (output: string) => boolean,
): Promise<string> {
  const child = start(place, ["-euc", text]);
  let output = "";
  await new Promise<void>((resolve) => {
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      if (isEnough(output)) resolve();
    };
    child.stdout!.on("data", take);
    child.stderr!.on("data", take);
    child.on("close", resolve);
  });
  if (child.exitCode === null) process.kill(-child.pid!, "SIGTERM");
  return output;
}

/** In a process group of its own, so that what it started ends with it. */
function start({ folder, environment }: Place, args: string[]): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("MILLRACE_"));
  const env = { ...Object.fromEntries(inherited), NO_COLOR: "1", ...environment };
  return spawn("/bin/sh", args, { cwd: folder, env, stdio: "pipe", detached: true });
}
