import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Folders by key, each made once and never changed afterwards. A folder is filled under another name and appears whole;
 * what a crash left half done is never seen. Whoever asks for a key while it is being made waits for the same one.
 */
export class FolderCache {
  readonly #folder: string;
  readonly #keepMax: number;
  readonly #ready = new Map<string, Promise<string>>();

  /** Keeps about `keepMax` folders: when one more is made, those not asked for since the start may go, oldest first. */
  constructor(folder: string, keepMax: number) {
    this.#folder = folder;
    this.#keepMax = keepMax;
  }

  /** The folder of a key (a name of letters, digits, - and _), made by `fill` if it is not there. */
  async get(key: string, fill: (folder: string) => Promise<void>): Promise<string> {
    const known = this.#ready.get(key);
    if (known !== undefined) return known;
    const making = this.#make(key, fill);
    this.#ready.set(key, making);
    // The next one tries again; whoever waits now is told what was wrong.
    making.catch(() => this.#ready.delete(key));
    return making;
  }

  async #make(key: string, fill: (folder: string) => Promise<void>): Promise<string> {
    const path = join(this.#folder, key);
    if (await isFolder(path)) {
      const now = new Date();
      await utimes(path, now, now);
      return path;
    }
    await mkdir(this.#folder, { recursive: true });
    await this.#forgetOldest();
    const draft = await mkdtemp(join(this.#folder, ".draft-"));
    try {
      await fill(draft);
      await makeOurs(draft);
      await rename(draft, path);
    } catch (error) {
      // Another process of this machine was first, and made the same.
      if (!(await isFolder(path))) throw error;
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
    return path;
  }

  async #forgetOldest(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => !name.startsWith("."));
    const unused = names.filter((name) => !this.#ready.has(name));
    const excess = names.length - this.#keepMax;
    if (excess <= 0) return;
    const aged = await Promise.all(
      unused.map(async (name) => ({ name, at: (await stat(join(this.#folder, name))).mtimeMs })),
    );
    for (const { name } of aged.sort((a, b) => a.at - b.at).slice(0, excess))
      await rm(join(this.#folder, name), { recursive: true, force: true });
  }
}

/** What a job's user made becomes the runner's, and readable for every job. Links are left as they are. */
async function makeOurs(folder: string): Promise<void> {
  if (process.getuid?.() === 0) await run("chown", ["-R", "-h", "0:0", "--", folder]);
  await run("chmod", ["-R", "u+rwX,a+rX,go-w", "--", folder]);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
