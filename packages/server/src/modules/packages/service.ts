import type { Call } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { EpochCache, type Epochs } from "../../kit/epoch-cache.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { isId } from "../../kit/ids.ts";
import type { Right } from "../../kit/route.ts";
import { absent, requireRight } from "../access/model.ts";
import type { NewEvent } from "../events/model.ts";
import type { Events } from "../events/service.ts";
import type { Download, Files } from "../files/service.ts";
import {
  functionsOf,
  isVersion,
  latestChannel,
  type Package,
  type PackageChanges,
  type PackageFunction,
  type PackageVersion,
  type PackageVersionEntry,
  type PackageVersionView,
  type PackageView,
} from "./model.ts";
import { moveLatest, packageEvent } from "./changes.ts";
import { type Push, Pushes } from "./pushes.ts";
import * as store from "./store.ts";

const pageMax = 500;
const versionsCachedMax = 2_000;
const afterEveryId = "~";

interface TenantPackages {
  byId: Map<string, Package>;
  byName: Map<string, Package>;
}

/** Packages: code in versions that never change, channels that name one, rights. Nothing of it runs here. */
export class Packages {
  readonly #database: Database;
  readonly #events: Events;
  readonly #files: Files;
  readonly #epochs: Epochs;
  readonly #known: EpochCache<TenantPackages>;
  readonly #pushes: Pushes;
  /** Under package and version; they live as long as the tenant's packages that were loaded with them. */
  readonly #versions = new Map<string, { under: TenantPackages; version: PackageVersion }>();

  constructor(parts: { database: Database; events: Events; files: Files; epochs: Epochs }) {
    this.#database = parts.database;
    this.#events = parts.events;
    this.#files = parts.files;
    this.#epochs = parts.epochs;
    this.#known = new EpochCache(parts.epochs, (tenantId) => this.#load(tenantId));
    this.#pushes = new Pushes(parts);
  }

  /**
   * Publishes the version that the archive's manifest names; the first one makes the package. The same bytes again
   * get the same answer; other bytes under a published number are refused.
   */
  async pushPackage(call: Call, push: Push): Promise<PackageVersionView> {
    const { name, version } = await this.#pushes.push(call, push, async (manifest) => {
      const known = await this.#known.of(call);
      const there = known.byName.get(manifest.name);
      if (there !== undefined) requireRight(there.acl, call, "update", nameOf(there.name));
      return { there, count: known.byId.size };
    });
    return this.getPackageVersion(await this.#known.refreshed(call), name, version);
  }

  async getPackage(call: Call, ref: string): Promise<PackageView> {
    return viewOf(await this.require(call, ref, "read"));
  }

  /** The packages that the caller may read, by name; `cursor` is the last name of the page before. */
  async listPackages(
    call: Call,
    cursor = "",
    limit = 100,
  ): Promise<{ items: PackageView[]; nextCursor?: string }> {
    const size = Math.min(limit, pageMax);
    const rows = await store.listReadable(this.#database.read(call), call, cursor, size + 1);
    const { byId } = await this.#known.of(call);
    const items = rows.slice(0, size).flatMap(({ id }) => {
      const found = byId.get(id);
      return found === undefined ? [] : [viewOf(found)];
    });
    return rows.length > size ? { items, nextCursor: items.at(-1)!.name } : { items };
  }

  /** Changes the description or the ACL. With `version`, only if nobody changed the package since. */
  async updatePackage(
    call: Call,
    ref: string,
    changes: PackageChanges,
    version?: number,
  ): Promise<PackageView> {
    const found = await this.require(call, ref, "update");
    await this.#write(call, packageEvent(call, "package.updated", found, { ...changes }), async (tx) => {
      if (await store.update(tx, { ...found, ...changes }, version ?? found.version)) return;
      const message = `Package ${found.name} was changed in the meantime: read it again`;
      throw new AppError("version_mismatch", message);
    });
    return this.getPackage(await this.#known.refreshed(call), found.id);
  }

  /** A package's versions, those published last first; `cursor` is the page's before. */
  async listPackageVersions(
    call: Call,
    ref: string,
    { cursor = afterEveryId, limit = 100 }: { cursor?: string; limit?: number },
  ): Promise<{ items: PackageVersionEntry[]; nextCursor?: string }> {
    const { id } = await this.require(call, ref, "read");
    const size = Math.min(limit, pageMax);
    const rows = await store.listVersions(this.#database.read(call), call.tenantId, id, cursor, size + 1);
    const items = rows.slice(0, size).map(({ id: _id, ...entry }) => entry);
    return rows.length > size ? { items, nextCursor: rows[size - 1]!.id } : { items };
  }

  /** One version, named by its number or by a channel. */
  async getPackageVersion(call: Call, ref: string, version: string): Promise<PackageVersionView> {
    const { found, version: row } = await this.requireVersion(call, ref, version, "read");
    const { id: _id, packageId: _package, fileId: _file, manifest, ...view } = row;
    return { ...view, manifest: { ...manifest }, package: found.name };
  }

  /** The functions that a version offers, by name, with the JSON Schema of what they take and answer. */
  async listFunctions(call: Call, ref: string, version = latestChannel): Promise<PackageFunction[]> {
    const { version: row } = await this.requireVersion(call, ref, version, "read");
    return functionsOf(row.manifest);
  }

  /** The archive's bytes, for whoever may read the package. */
  async downloadPackage(
    call: Call,
    ref: string,
    version: string,
    options: Parameters<Files["downloadAttached"]>[3] = {},
  ): Promise<Download> {
    const { version: row } = await this.requireVersion(call, ref, version, "read");
    return this.#files.downloadAttached(call, row.fileId, { kind: "package_version", id: row.id }, options);
  }

  /** Makes a channel name a version; `latest` finds its own. */
  async promotePackage(
    call: Call,
    ref: string,
    { version, channel }: { version: string; channel: string },
  ): Promise<PackageView> {
    if (channel === latestChannel) throw invalid("channel", "latest is the highest version by itself");
    const { found, version: row } = await this.requireVersion(call, ref, version, "update");
    if (row.yankedAt !== null) throw yanked(found.name, row);
    const event = packageEvent(call, "package.promoted", found, { channel, version: row.version });
    await this.#write(call, event, async (tx) => {
      await this.#lock(tx, found);
      const { tenantId, userId: promotedById } = call;
      const promoted = { packageId: found.id, tenantId, name: channel, version: row.version, promotedById };
      await store.promote(tx, promoted);
    });
    return this.getPackage(await this.#known.refreshed(call), found.id);
  }

  /** Takes a version back: no new job gets it, and `latest` goes to the highest of the others. */
  async yankPackageVersion(
    call: Call,
    ref: string,
    version: string,
    reason: string,
  ): Promise<PackageVersionView> {
    const { found, version: row } = await this.requireVersion(call, ref, version, "update");
    const event = packageEvent(call, "package.version_yanked", found, { version: row.version, reason });
    if (row.yankedAt === null) {
      await this.#write(call, event, async (tx) => {
        await this.#lock(tx, found);
        await store.yank(tx, row.id, reason);
        await moveLatest(tx, call, found.id);
      });
    }
    return this.getPackageVersion(await this.#known.refreshed(call), found.id, row.version);
  }

  /** The package called or numbered `ref`, if the caller has the right; as absent if he may not even read it. */
  async require(call: Call, ref: string, right: Right): Promise<Package> {
    const { byId, byName } = await this.#known.of(call);
    const found = isId(ref) ? byId.get(ref) : byName.get(ref);
    if (found === undefined) throw absent(nameOf(ref));
    requireRight(found.acl, call, right, nameOf(ref));
    return found;
  }

  /** The same with one of its versions, named by its number or by a channel. */
  async requireVersion(
    call: Call,
    ref: string,
    wanted: string,
    right: Right,
  ): Promise<{ found: Package; version: PackageVersion }> {
    const found = await this.require(call, ref, right);
    const channel = found.channels.find(({ name }) => name === wanted);
    if (channel === undefined && !isVersion(wanted)) {
      throw absent(`channel or version ${JSON.stringify(wanted)} of package ${JSON.stringify(ref)}`);
    }
    const version = await this.#version(call, found, channel?.version ?? wanted);
    if (version === undefined) throw absent(`version ${wanted} of package ${JSON.stringify(ref)}`);
    return { found, version };
  }

  /** A version that a new job may have: refused if it was yanked. */
  async requireRunnable(
    call: Call,
    ref: string,
    wanted: string,
  ): Promise<{ found: Package; version: PackageVersion }> {
    const named = await this.requireVersion(call, ref, wanted, "invoke");
    if (named.version.yankedAt !== null) throw yanked(named.found.name, named.version);
    return named;
  }

  /** A package by id, for the floors above; no right is asked. */
  async find(call: Pick<Call, "tenantId" | "epoch">, id: string): Promise<Package | undefined> {
    return (await this.#known.of(call)).byId.get(id);
  }

  /** The packages that the caller may read. */
  async listReadableIds(call: Call, allows: (found: Package) => boolean): Promise<string[]> {
    return [...(await this.#known.of(call)).byId.values()].filter(allows).map(({ id }) => id);
  }

  /** Those of `ids` that exist, none of which can be deleted until the transaction ends. */
  async holdIn(tx: Tx, ids: readonly string[]): Promise<string[]> {
    return store.hold(tx, ids);
  }

  /** Deletes a package and its versions in the caller's transaction; the floor above has seen to its jobs. */
  async removeIn(tx: Tx, call: Call, found: Package): Promise<void> {
    await this.#lock(tx, found);
    const versionIds = await store.remove(tx, call.tenantId, found.id);
    await this.#files.detachIn(
      tx,
      versionIds.map((id) => ({ kind: "package_version" as const, id })),
    );
    await this.#events.append(tx, [packageEvent(call, "package.deleted", found)]);
    await this.#epochs.raiseEpoch(tx, call.tenantId);
  }

  async #lock(tx: Tx, { id, tenantId, name }: Package): Promise<void> {
    if (!(await store.lock(tx, tenantId, id))) throw absent(nameOf(name));
  }

  async #write(call: Call, event: NewEvent, act: (tx: Tx) => Promise<void>): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await act(tx);
      await this.#events.append(tx, [event]);
      await this.#epochs.raiseEpoch(tx, call.tenantId);
    });
  }

  async #version(call: Call, found: Package, number: string): Promise<PackageVersion | undefined> {
    const under = await this.#known.of(call);
    const key = `${found.id} ${number}`;
    const cached = this.#versions.get(key);
    if (cached?.under === under) return cached.version;
    const version = await store.findVersion(this.#database, call.tenantId, found.id, number);
    if (this.#versions.size >= versionsCachedMax) this.#versions.clear();
    if (version !== undefined) this.#versions.set(key, { under, version });
    return version;
  }

  async #load(tenantId: string): Promise<TenantPackages> {
    const packages = await store.listOfTenant(this.#database, tenantId);
    return {
      byId: new Map(packages.map((found) => [found.id, found])),
      byName: new Map(packages.map((found) => [found.name, found])),
    };
  }
}

function nameOf(ref: string): string {
  return `package ${JSON.stringify(ref)}`;
}

function viewOf({ tenantId: _tenantId, ...view }: Package): PackageView {
  return view;
}

function yanked(name: string, { version, yankedReason }: PackageVersion): AppError {
  return new AppError("conflict", `Version ${version} of package ${name} was yanked: ${yankedReason}`, {
    extra: { version },
  });
}
