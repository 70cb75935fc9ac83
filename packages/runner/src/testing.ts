import { createHash, randomUUID } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pack } from "./archive.ts";
import type { Job, JobObserver, JobResult } from "./job.ts";
import { Jobs, type JobsOptions } from "./jobs.ts";
import type { LogLine } from "./protocol.ts";

/** What was seen of a job. */
export interface Seen {
  result: JobResult;
  log: LogLine[];
  progress: { fraction: number | undefined; message: string }[];
  files: Map<string, Buffer>;
}

/** Jobs on a folder of their own, with the packages that a test makes. */
export class TestRunner {
  readonly folder: string;
  readonly #archives = new Map<string, string>();
  #jobs: Jobs | undefined;
  fetches = 0;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "millrace-runner-"));
    // Where a user of its own is all that keeps a job apart, that user must get through.
    chmodSync(this.folder, 0o711);
  }

  get jobs(): Jobs {
    if (this.#jobs === undefined) throw new Error("the runner was not opened");
    return this.#jobs;
  }

  async open(options: Partial<JobsOptions> = {}): Promise<this> {
    const fetchPackage = async (digest: string, path: string) => {
      this.fetches += 1;
      const archive = this.#archives.get(digest);
      if (archive === undefined) throw new Error(`no package ${digest}`);
      copyFileSync(archive, path);
    };
    this.#jobs = await Jobs.open({
      folder: join(this.folder, "runner"),
      slots: 4,
      allowUnisolated: true,
      fetchPackage,
      ...options,
    });
    return this;
  }

  /** Packs files, `millrace.yaml` among them, and answers the digest. */
  async package(files: Readonly<Record<string, string>>): Promise<string> {
    const source = join(this.folder, randomUUID());
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(source, name)), { recursive: true });
      writeFileSync(join(source, name), text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
    }
    return this.packFolder(source);
  }

  async packFolder(source: string, added: Readonly<Record<string, string>> = {}): Promise<string> {
    const archive = join(this.folder, `${randomUUID()}.tar.gz`);
    const { digest } = await pack(source, archive, { added });
    this.#archives.set(digest, archive);
    return digest;
  }

  /** Makes an archive known under the digest of its bytes. */
  addArchive(archive: string): string {
    const digest = createHash("sha256").update(readFileSync(archive)).digest("hex");
    this.#archives.set(digest, archive);
    return digest;
  }

  /** Runs a job and keeps everything that it showed. */
  async run(job: Partial<Job> & Pick<Job, "run">, observer: JobObserver = {}): Promise<Seen> {
    const log: LogLine[] = [];
    const progress: Seen["progress"] = [];
    const files = new Map<string, Buffer>();
    const whole = {
      id: randomUUID(),
      tenant: "default",
      attempt: 1,
      input: null,
      network: false,
      trusted: false,
    };
    const result = await this.jobs.run(
      { ...whole, ...job },
      {
        log: (line) => {
          log.push(line);
          observer.log?.(line);
        },
        progress: (step) => {
          progress.push(step);
          observer.progress?.(step);
        },
        file: async ({ name, path }) => void files.set(name, readFileSync(path)),
      },
    );
    return { result, log, progress, files };
  }

  async remove(): Promise<void> {
    await this.#jobs?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A plugin of one file with the functions named, each taking anything. */
export function manifestOf(runtime: string, entry: string, functions: readonly string[], more = ""): string {
  const list = functions.map((name) => `  ${name}: {}`).join("\n");
  return `name: sample\nversion: 1.0.0\nruntime: ${runtime}\nentry: ${entry}\nfunctions:\n${list}\n${more}`;
}
