import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

const removalTries = 5;
const removalPauseMs = 50;

/** Folders that processes write to, one each; what a crashed runner left is removed at the start. */
export class WorkFolders {
  readonly #folder: string;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
  }

  /** A new folder with a `tmp` in it. Only its owner may enter, and the sandbox gives it to the process's user. */
  create(): string {
    const path = join(this.#folder, `${process.pid}-${randomBytes(6).toString("hex")}`);
    mkdirSync(path, { mode: 0o700 });
    makeOpenFolder(join(path, "tmp"));
    return path;
  }

  async remove(path: string): Promise<void> {
    await rm(path, { recursive: true, force: true, maxRetries: removalTries, retryDelay: removalPauseMs });
  }

  /** Removes the folders of runners that are no more. */
  async sweep(isAlive: (pid: number) => boolean): Promise<void> {
    const names = await readdir(this.#folder);
    const dead = names.filter((name) => !isAlive(Number(name.split("-")[0])));
    await Promise.all(dead.map((name) => this.remove(join(this.#folder, name))));
  }
}

/** A folder within one that only its owner may enter; whoever runs there may write to it. */
export function makeOpenFolder(path: string): void {
  mkdirSync(path);
  chmodSync(path, 0o777);
}
