import type { Manifest } from "@millrace/runner/manifest.ts";
import type { Call } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import type { Epochs } from "../../kit/epoch-cache.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { isId, newId } from "../../kit/ids.ts";
import { aclOfMaker } from "../access/model.ts";
import type { Events } from "../events/service.ts";
import type { FileView } from "../files/model.ts";
import type { Files } from "../files/service.ts";
import { readArchive } from "./archive.ts";
import type { Package } from "./model.ts";
import { moveLatest, nameTaken, packageEvent } from "./changes.ts";
import * as store from "./store.ts";

const packagesPerTenantMax = 10_000;
const versionsPerPackageMax = 2_000;

/** An archive on its way in. */
export interface Push {
  stream: AsyncIterable<Uint8Array>;
  /** Other bytes are refused. */
  sha256?: string;
}

/** What is known of the package that a manifest names: the package, if there is one, and how many there are. */
export type FindPackage = (manifest: Manifest) => Promise<{ there: Package | undefined; count: number }>;

/** Takes archives in: kept as a file by digest, read without being unpacked, published in one transaction. */
export class Pushes {
  readonly #database: Database;
  readonly #events: Events;
  readonly #files: Files;
  readonly #epochs: Epochs;

  constructor(parts: { database: Database; events: Events; files: Files; epochs: Epochs }) {
    this.#database = parts.database;
    this.#events = parts.events;
    this.#files = parts.files;
    this.#epochs = parts.epochs;
  }

  /** The name and number that were published. What is refused leaves nothing; a crash leaves it to the files' sweep. */
  async push(
    call: Call,
    { stream, sha256 }: Push,
    find: FindPackage,
  ): Promise<{ name: string; version: string }> {
    const wanted = { name: "package.tar.gz", contentType: "application/gzip", temporary: true, sha256 };
    const file = await this.#files.upload(call, stream, wanted);
    try {
      const manifest = await this.#manifestOf(call, file);
      const known = await find(manifest);
      const isNew = await this.#publish(call, file, manifest, known);
      if (!isNew) await this.#files.delete(call, file.id);
      return manifest;
    } catch (error) {
      await this.#files.delete(call, file.id);
      throw error;
    }
  }

  async #manifestOf(call: Call, file: FileView): Promise<Manifest> {
    const { open } = await this.#files.download(call, file.id);
    const manifest = await readArchive(await open());
    if (isId(manifest.name)) throw invalid("manifest.name", "looks like an id: 24 hex digits are no name");
    return manifest;
  }

  /** False if the same bytes were published under this number before. */
  async #publish(
    call: Call,
    file: FileView,
    manifest: Manifest,
    { there, count }: Awaited<ReturnType<FindPackage>>,
  ): Promise<boolean> {
    if (there === undefined && count >= packagesPerTenantMax) {
      throw new AppError("conflict", `A tenant has at most ${packagesPerTenantMax} packages: delete some`);
    }
    try {
      return await this.#database.transaction((tx) => this.#publishIn(tx, call, file, manifest, there));
    } catch (error) {
      throw nameTaken(error, manifest.name);
    }
  }

  async #publishIn(
    tx: Tx,
    call: Call,
    file: FileView,
    manifest: Manifest,
    there: Package | undefined,
  ): Promise<boolean> {
    const { tenantId, userId: publishedById, userName: publishedBy } = call;
    const { name, version } = manifest;
    const packageId = there?.id ?? (await this.#makeIn(tx, call, manifest));
    if (!(await store.lock(tx, tenantId, packageId))) {
      throw new AppError("conflict", `Package ${name} was deleted just now: push again`);
    }
    if ((await store.countVersions(tx, packageId)) >= versionsPerPackageMax) {
      throw new AppError("conflict", `A package has at most ${versionsPerPackageMax} versions`);
    }
    const owner = { kind: "package_version" as const, id: newId() };
    const { id: fileId, sha256: digest, size } = file;
    const facts = { id: owner.id, packageId, tenantId, version, fileId, digest, size, manifest };
    if (!(await store.insertVersion(tx, { ...facts, publishedById, publishedBy }))) {
      const before = await store.findVersion(tx, tenantId, packageId, version);
      if (before?.digest === digest) return false;
      const message = `version: ${name} ${version} is published with other bytes: raise the number`;
      throw new AppError("already_exists", message, { field: "manifest.version" });
    }
    const [refusal] = await this.#files.refusalsIn(tx, [{ call, fileIds: [fileId], owner }]);
    if (refusal !== undefined) throw refusal;
    await this.#files.attachIn(tx, [{ call, fileIds: [fileId], owner }]);
    await moveLatest(tx, call, packageId);
    const published = { version, digest, size, runtime: manifest.runtime };
    await this.#events.append(tx, [
      packageEvent(call, "package.version_pushed", { id: packageId, name }, published),
    ]);
    await this.#epochs.raiseEpoch(tx, tenantId);
    return true;
  }

  async #makeIn(tx: Tx, call: Call, { name, description }: Manifest): Promise<string> {
    const { tenantId, userId: createdById } = call;
    const made = { id: newId(), tenantId, name, description, acl: aclOfMaker(call), version: 0, createdById };
    await store.insert(tx, made);
    await this.#events.append(tx, [packageEvent(call, "package.created", made)]);
    return made.id;
  }
}
