import { createHash } from "node:crypto";
import { cp, symlink } from "node:fs/promises";
import { join } from "node:path";
import { installOf } from "./dependencies.ts";
import { Refusal } from "./failures.ts";
import { FolderCache } from "./folder-cache.ts";
import { jobEnvironment } from "./job-environment.ts";
import { defaultLimits, type Limits } from "./manifest.ts";
import type { UnpackedPackage } from "./package-store.ts";
import type { FoundRuntime } from "./runtimes.ts";
import type { Sandbox } from "./sandbox.ts";
import { buildCommands, launcherFolders, startCommand, type StartPlace } from "./start-commands.ts";
import type { WorkFolders } from "./work-folders.ts";

const foldersKept = 200;
const errorCharactersMax = 4_000;

/** A compiler needs more than most jobs. */
const buildLimits: Limits = {
  ...defaultLimits,
  timeoutMs: 10 * 60_000,
  memoryBytes: 2 * 2 ** 30,
  cpus: 4,
  processesMax: 512,
  openFilesMax: 4_096,
  diskBytes: 2 * 2 ** 30,
};

/** What it takes to start a package. */
export interface Prepared {
  package: UnpackedPackage;
  runtime: FoundRuntime;
  command: string[];
  /** Folders a process of it must see. */
  readOnly: string[];
  dependencies: string | undefined;
  /** What was compiled, or undefined. */
  build: string | undefined;
}

export interface PreparationOptions {
  folder: string;
  sandbox: Sandbox;
  work: WorkFolders;
  /** Variables of installs, such as the address of a registry; never seen by jobs. */
  installEnvironment: Readonly<Record<string, string>>;
}

/** Installs what packages need and compiles those that are compiled, each once, in the sandbox. */
export class Preparation {
  readonly #options: PreparationOptions;
  readonly #dependencies: FolderCache;
  readonly #builds: FolderCache;
  readonly #prepared = new Map<string, Promise<Prepared>>();

  constructor(options: PreparationOptions) {
    this.#options = options;
    this.#dependencies = new FolderCache(join(options.folder, "dependencies"), foldersKept);
    this.#builds = new FolderCache(join(options.folder, "builds"), foldersKept);
  }

  async prepare(unpacked: UnpackedPackage, runtime: FoundRuntime): Promise<Prepared> {
    const known = this.#prepared.get(unpacked.digest);
    if (known !== undefined) return known;
    const preparing = this.#prepare(unpacked, runtime);
    this.#prepared.set(unpacked.digest, preparing);
    preparing.catch(() => this.#prepared.delete(unpacked.digest));
    return preparing;
  }

  async #prepare(unpacked: UnpackedPackage, runtime: FoundRuntime): Promise<Prepared> {
    const dependencies = await this.#install(unpacked, runtime);
    const place = { manifest: unpacked.manifest, runtime, source: unpacked.source, build: "" };
    const build = await this.#build(unpacked, place, dependencies);
    const folders = [unpacked.home, dependencies, build, ...launcherFolders, ...runtime.folders];
    return {
      package: unpacked,
      runtime,
      command: startCommand({ ...place, build: build ?? "" }),
      readOnly: folders.filter((folder) => folder !== undefined),
      dependencies,
      build,
    };
  }

  /** What the lock file names, by its digest: packages with one lock file share one folder. */
  async #install(unpacked: UnpackedPackage, runtime: FoundRuntime): Promise<string | undefined> {
    const install = await installOf(runtime, unpacked.source);
    if (install === undefined) return undefined;
    const key = keyOf(runtime.name, runtime.version, ...install.keyParts);
    const folder = await this.#dependencies.get(key, async (draft) => {
      await cp(unpacked.source, draft, { recursive: true });
      await this.#run(unpacked, runtime, {
        commands: install.commands(draft),
        writable: draft,
        cwd: draft,
        network: true,
        environment: { ...install.environment, ...this.#options.installEnvironment },
        failure: "dependencies_failed",
      });
    });
    if (install.linked !== undefined) {
      // Programs look for it beside their own folder.
      const link = join(unpacked.home, install.linked);
      await symlink(join(folder, install.linked), link).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
      });
    }
    return folder;
  }

  async #build(
    unpacked: UnpackedPackage,
    place: StartPlace,
    dependencies: string | undefined,
  ): Promise<string | undefined> {
    const { runtime } = place;
    if (buildCommands({ ...place, build: "-" }).length === 0) return undefined;
    return this.#builds.get(keyOf(unpacked.digest, runtime.name, runtime.version), async (draft) => {
      const commands = buildCommands({ ...place, build: draft });
      const environment = buildEnvironment(draft);
      const access = {
        commands,
        writable: draft,
        cwd: unpacked.source,
        network: false,
        dependencies,
        environment,
      };
      await this.#run(unpacked, runtime, { ...access, failure: "build_failed" });
    });
  }

  async #run(unpacked: UnpackedPackage, runtime: FoundRuntime, run: SandboxedRun): Promise<void> {
    const { sandbox, work } = this.#options;
    const folder = work.create();
    const { manifest, source, home } = unpacked;
    const common = jobEnvironment({
      manifest,
      runtime,
      source,
      work: folder,
      dependencies: run.dependencies,
    });
    const readOnly = [home, run.dependencies, ...runtime.folders].filter((path) => path !== undefined);
    try {
      for (const command of run.commands) {
        const process = sandbox.start({
          command,
          cwd: run.cwd,
          environment: { ...common, ...run.environment },
          readOnly,
          writable: [folder, run.writable],
          network: run.network,
          limits: buildLimits,
        });
        await mustEndWell(process, command, run.failure);
      }
    } finally {
      await work.remove(folder);
    }
  }
}

interface SandboxedRun {
  commands: string[][];
  writable: string;
  cwd: string;
  network: boolean;
  environment: Record<string, string>;
  dependencies?: string | undefined;
  failure: "dependencies_failed" | "build_failed";
}

async function mustEndWell(
  process: ReturnType<Sandbox["start"]>,
  command: readonly string[],
  failure: SandboxedRun["failure"],
): Promise<void> {
  let said = "";
  const keep = (chunk: Buffer) => (said = `${said}${chunk.toString("utf8")}`.slice(-errorCharactersMax));
  process.stdout.on("data", keep);
  process.stderr.on("data", keep);
  process.stdin.end();
  const timer = setTimeout(() => void process.kill(), buildLimits.timeoutMs);
  const { code, reason } = await process.exited;
  clearTimeout(timer);
  if (code === 0 && reason === undefined) return;
  const why = reason ?? `exit code ${code}`;
  throw new Refusal(failure, `${command.slice(0, 3).join(" ")} ended with ${why}:\n${said.trim()}`);
}

/** Compilers keep their caches in the build's own folder: what one package put there would reach another. */
function buildEnvironment(folder: string): Record<string, string> {
  const go = { GOCACHE: join(folder, ".cache"), GOFLAGS: "-mod=vendor", GOPROXY: "off", GO111MODULE: "auto" };
  return { ...go, GOTOOLCHAIN: "local", CGO_ENABLED: "0", CARGO_HOME: join(folder, ".cargo") };
}

function keyOf(...parts: string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part}`);
  return hash.digest("hex");
}
