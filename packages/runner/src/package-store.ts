import { lstat, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { unpack } from "./archive.ts";
import { Refusal } from "./failures.ts";
import { FolderCache } from "./folder-cache.ts";
import { type Manifest, readManifest } from "./manifest.ts";

const packagesKept = 200;

/** A package that lies unpacked on this machine. */
export interface UnpackedPackage {
  digest: string;
  manifest: Manifest;
  /** Its files. The folder above belongs to the package alone as well, and may hold links to what was installed. */
  source: string;
  home: string;
}

/** Packages by the SHA-256 of their archive: fetched once, verified, unpacked once, never changed. */
export class PackageStore {
  readonly #cache: FolderCache;
  readonly #fetch: (digest: string, path: string) => Promise<void>;
  readonly #opened = new Map<string, Promise<UnpackedPackage>>();

  /** `fetch` brings the archive of a digest to a path; it need not verify it. */
  constructor(folder: string, fetch: (digest: string, path: string) => Promise<void>) {
    this.#cache = new FolderCache(folder, packagesKept);
    this.#fetch = fetch;
  }

  async open(digest: string): Promise<UnpackedPackage> {
    const known = this.#opened.get(digest);
    if (known !== undefined) return known;
    const opening = this.#open(digest);
    this.#opened.set(digest, opening);
    opening.catch(() => this.#opened.delete(digest));
    return opening;
  }

  async #open(digest: string): Promise<UnpackedPackage> {
    if (!/^[0-9a-f]{64}$/.test(digest))
      throw new Refusal("digest_mismatch", "a package is named by its SHA-256, 64 hexadecimal digits");
    const home = await this.#cache.get(digest, async (draft) => {
      const archive = join(draft, "archive.tar.gz");
      await this.#fetch(digest, archive);
      const source = join(draft, "package");
      await mkdir(source);
      await unpack(archive, source, { digest });
      await rm(archive);
      await checkEntry(source, await readManifest(source));
    });
    const source = join(home, "package");
    return { digest, home, source, manifest: await readManifest(source) };
  }
}

async function checkEntry(source: string, { entry }: Manifest): Promise<void> {
  const isThere = await lstat(join(source, entry)).then(
    () => true,
    () => false,
  );
  if (!isThere) throw new Refusal("manifest_invalid", `entry: there is no file ${entry} in the package`);
}
