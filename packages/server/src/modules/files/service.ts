import assert from "node:assert/strict";
import type { Readable } from "node:stream";
import {
  type BlobStore,
  type ByteRange,
  resolveRange,
  type StoredBlob,
  type WantedRange,
} from "../../kit/blobs.ts";
import type { Call } from "../../kit/call.ts";
import type { Database, Queryable, Tx } from "../../kit/database.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { Right } from "../../kit/route.ts";
import { absent, aclOfMaker, refusalOf } from "../access/model.ts";
import { eventOf, type Events } from "../events/service.ts";
import {
  checkFileName,
  fileBytesMax,
  type FileChanges,
  filesPerOwnerMax,
  type FileView,
  keyOfOwner,
  nameOfFile,
  nameOfOwnerKind,
  type NewFile,
  type Owner,
  pageSizeMax,
  parseContentType,
  parseMetadata,
  parseReadableAcl,
} from "./model.ts";
import * as store from "./store.ts";

export interface FilesPage {
  items: FileView[];
  nextCursor?: string;
}

/** Files that a caller wants attached to an owner. */
export interface Attachment {
  call: Call;
  fileIds: readonly string[];
  owner: Owner;
}

/** A file ready to be sent: nothing is read before `open`. */
export interface Download {
  file: FileView;
  /** The bytes that were asked for; undefined for all. */
  range: ByteRange | undefined;
  open: () => Promise<Readable>;
}

/** Files: labels, rights and metadata in the database, bytes in the blob store under their hash. */
export class Files {
  readonly #database: Database;
  readonly #events: Events;
  readonly #blobs: BlobStore;
  /** Bytes of one file. */
  readonly bytesMax: number;

  constructor(parts: { database: Database; events: Events; blobs: BlobStore; bytesMax?: number }) {
    this.#database = parts.database;
    this.#events = parts.events;
    this.#blobs = parts.blobs;
    this.bytesMax = parts.bytesMax ?? fileBytesMax;
  }

  /** Keeps the stream's bytes as a new file. A stream that fails, or bytes that do not fit, leave nothing. */
  async upload(call: Call, stream: AsyncIterable<Uint8Array>, wanted: NewFile): Promise<FileView> {
    const contents = contentsOf(call, wanted);
    const uploadId = newId();
    const { sha256, size } = await this.#blobs.put(stream, {
      bytesMax: this.bytesMax,
      expectedSha256: wanted.sha256?.toLowerCase(),
      beforeKeep: (blob) => this.#claim(uploadId, blob),
    });
    const temporary = wanted.temporary ?? false;
    return this.#database.transaction(async (tx) => {
      // All that is written goes out together; what is not in time is undone.
      const [isInTime, file] = await Promise.all([
        store.releaseClaim(tx, uploadId),
        store.insert(tx, call, { ...contents, temporary, size, sha256 }),
        this.#record(tx, call, "file.uploaded", { ...contents, size, sha256, version: 0 }),
      ]);
      if (!isInTime) throw new AppError("timed_out", "The upload took too long to be stored: send it again");
      return file;
    });
  }

  /** A file and its bytes, or a range of them, for somebody who may read it. */
  async download(call: Call, id: string, { range }: { range?: WantedRange } = {}): Promise<Download> {
    return this.#downloadOf(await this.get(call, id), range);
  }

  /** The same for somebody for whom the owner's module vouches; the file's own rights are not asked. */
  async downloadAttached(
    call: Call,
    id: string,
    owner: Owner,
    { range }: { range?: WantedRange } = {},
  ): Promise<Download> {
    const attached = await this.listAttached(call, owner);
    const file = attached.find((candidate) => candidate.id === id);
    if (file === undefined) throw absent(nameOfFile(id));
    return this.#downloadOf(file, range);
  }

  async get(call: Call, id: string): Promise<FileView> {
    const file = await store.find(this.#database.read(call), call.tenantId, id);
    return requireFile(file, call, id, "read");
  }

  /** The files that the caller may read, the newest first; `cursor` is the last id of the page before. */
  async list(
    call: Call,
    { cursor, limit = 100, namePrefix = "" }: { cursor?: string; limit?: number; namePrefix?: string } = {},
  ): Promise<FilesPage> {
    const size = Math.min(limit, pageSizeMax);
    const page = { namePrefix, beforeId: cursor, limit: size + 1 };
    const found = await store.list(this.#database.read(call), call, page);
    const items = found.slice(0, size);
    return found.length > size ? { items, nextCursor: items.at(-1)!.id } : { items };
  }

  /** Changes the name, the content type, the metadata or the ACL; with `version` only if nobody did since. */
  async update(call: Call, id: string, changes: FileChanges, version?: number): Promise<FileView> {
    return this.#database.transaction(async (tx) => {
      const file = requireFile(await store.lock(tx, call.tenantId, id), call, id, "update");
      requireVersion(file, version);
      const changed = await store.update(tx, call, changedContents(file, changes));
      await this.#record(tx, call, "file.updated", changed);
      return changed;
    });
  }

  /** Deletes a file that nothing is attached to; its bytes go when no other file has the same. */
  async delete(call: Call, id: string, version?: number): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const file = requireFile(await store.lock(tx, call.tenantId, id), call, id, "delete");
      requireVersion(file, version);
      const ownerKind = await store.ownerKindOf(tx, id);
      if (ownerKind !== undefined) {
        const message = `The file is attached to ${nameOfOwnerKind(ownerKind)}: delete that first`;
        throw new AppError("conflict", message, { extra: { ownerKind } });
      }
      await store.remove(tx, [id]);
      await this.#record(tx, call, "file.deleted", file);
    });
  }

  /**
   * Why these cannot be attached as asked, in their order; undefined for those that can, whose files are held until
   * the transaction ends. Whoever the owner's module lets may then download them through it.
   */
  async refusalsIn(tx: Tx, attachments: readonly Attachment[]): Promise<(AppError | undefined)[]> {
    if (attachments.length === 0) return [];
    const wanted = attachments.flatMap(({ call: { tenantId }, fileIds }) =>
      fileIds.map((id) => ({ tenantId, id })),
    );
    const [held, others] = await Promise.all([
      store.hold(tx, wanted),
      store.countOthers(tx, attachments.map(attachedRow)),
    ]);
    const files = new Map(held.map(({ tenantId, file }) => [`${tenantId} ${file.id}`, file]));
    const counts = new Map(others.map(({ kind, id, count }) => [`${kind} ${id}`, count]));
    return attachments.map(({ call, fileIds, owner }) => {
      const { kind, id: ownerId } = keyOfOwner(owner);
      for (const id of fileIds) {
        const refusal = refusalOfFile(files.get(`${call.tenantId} ${id}`), call, id, "read");
        if (refusal !== undefined) return refusal;
      }
      const count = (counts.get(`${kind} ${ownerId}`) ?? 0) + new Set(fileIds).size;
      if (count <= filesPerOwnerMax) return undefined;
      return invalid(
        "files",
        `at most ${filesPerOwnerMax} files may be attached to ${nameOfOwnerKind(kind)}`,
      );
    });
  }

  /** Attaches what `refusalsIn` let pass, with one statement. */
  async attachIn(tx: Tx, attachments: readonly Attachment[]): Promise<void> {
    if (attachments.length > 0) await store.attach(tx, attachments.map(attachedRow));
  }

  /** Lets go of all files of these owners; files stay, temporary ones until the next sweep. */
  async detachIn(tx: Tx, owners: readonly Owner[]): Promise<void> {
    if (owners.length > 0) await store.detach(tx, owners.map(keyOfOwner));
  }

  /** Lets go of some of an owner's files. */
  async detachFilesIn(tx: Tx, owner: Owner, fileIds: readonly string[]): Promise<void> {
    if (fileIds.length > 0) await store.detachFiles(tx, keyOfOwner(owner), fileIds);
  }

  /** Attaches to each `to` the same files as to its `from`, in the same tenant. */
  async copyAttachmentsIn(tx: Tx, pairs: readonly { from: Owner; to: Owner }[]): Promise<void> {
    if (pairs.length === 0) return;
    await store.copyAttachments(
      tx,
      pairs.map(({ from, to }) => ({ from: keyOfOwner(from), to: keyOfOwner(to) })),
    );
  }

  /** The files of one owner, whose module has checked who asks. */
  async listAttached(call: Call, owner: Owner): Promise<FileView[]> {
    const [attached = []] = await this.attachedTo(this.#database.read(call), call, [owner]);
    return attached;
  }

  /** The files of each owner, one list each in the owners' order; the owners' module has checked who asks. */
  async attachedTo(
    reader: Queryable,
    { tenantId }: Pick<Call, "tenantId">,
    owners: readonly Owner[],
  ): Promise<FileView[][]> {
    const keys = owners.map(keyOfOwner);
    const lists = new Map<string, FileView[]>(keys.map(({ kind, id }) => [`${kind} ${id}`, []]));
    const attached = owners.length === 0 ? [] : await store.listAttached(reader, tenantId, keys);
    for (const { kind, ownerId, file } of attached) lists.get(`${kind} ${ownerId}`)?.push(file);
    return keys.map(({ kind, id }) => lists.get(`${kind} ${id}`) ?? []);
  }

  /** Committed before the store looks for the bytes: from here on the sweep leaves them alone. */
  async #claim(uploadId: string, { sha256 }: StoredBlob): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const writing = Promise.all([store.lockBytes(tx, sha256), store.claimBytes(tx, uploadId, sha256)]);
      tx.commitBehind();
      await writing;
    });
  }

  #downloadOf(file: FileView, wanted: WantedRange | undefined): Download {
    const range = wanted === undefined ? undefined : resolveRange(wanted, file.size);
    return { file, range, open: () => this.#blobs.get(file.sha256, range) };
  }

  async #record(
    tx: Tx,
    call: Call,
    type: string,
    file: Pick<FileView, "id" | "name" | "contentType" | "size" | "sha256" | "version">,
  ): Promise<void> {
    const { id, name, contentType, size, sha256, version } = file;
    const details = { name, contentType, size, sha256, version };
    await this.#events.append(tx, [
      eventOf(call, { topic: "files", type, subjectId: id, scopeId: "", details }),
    ]);
  }
}

function contentsOf(call: Call, { name, contentType, metadata, acl }: NewFile): store.FileContents {
  checkFileName(name);
  return {
    id: newId(),
    name,
    contentType: parseContentType(contentType),
    metadata: parseMetadata(metadata),
    acl: acl === undefined ? aclOfMaker(call) : parseReadableAcl(acl),
  };
}

function changedContents(file: FileView, changes: FileChanges): store.FileContents {
  const { name, contentType, metadata, acl } = changes;
  if (name !== undefined) checkFileName(name);
  return {
    id: file.id,
    name: name ?? file.name,
    contentType: contentType === undefined ? file.contentType : parseContentType(contentType),
    metadata: metadata === undefined ? file.metadata : parseMetadata(metadata),
    acl: acl === undefined ? file.acl : parseReadableAcl(acl),
  };
}

function requireFile(file: FileView | undefined, call: Call, id: string, right: Right): FileView {
  const refusal = refusalOfFile(file, call, id, right);
  if (refusal !== undefined) throw refusal;
  return file!;
}

function refusalOfFile(
  file: FileView | undefined,
  call: Call,
  id: string,
  right: Right,
): AppError | undefined {
  return file === undefined ? absent(nameOfFile(id)) : refusalOf(file.acl, call, right, nameOfFile(id));
}

function attachedRow({ call: { tenantId }, fileIds, owner }: Attachment): store.AttachedRow {
  assert(owner.kind !== "document" || owner.tenantId === tenantId, "an owner of another tenant");
  return { ...keyOfOwner(owner), tenantId, fileIds: [...new Set(fileIds)] };
}

function requireVersion(file: FileView, version: number | undefined): void {
  if (version === undefined || version === file.version) return;
  throw new AppError(
    "version_mismatch",
    `The file has version ${file.version}, not ${version}: read it again`,
    {
      extra: { version: file.version },
    },
  );
}
