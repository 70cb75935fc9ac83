import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import {
  type StoredBlob,
  type BlobStore,
  type ByteRange,
  isSha256,
  type ListedBlob,
  Measurement,
  placeOf,
  type PutOptions,
  storeUnavailable,
} from "./blobs.ts";
import { S3Client, type S3Settings } from "./s3-client.ts";

/** Two parts are in memory at most; a store takes up to 10,000 of them. */
const partBytes = 8 * 1024 * 1024;
/** What a store copies under another key in one request. */
const objectBytesMax = 5 * 1024 ** 3;
const listMax = 1_000;
/** No upload takes this long; what is older was left by a crash. */
const leftoverMs = 86_400_000;

/** Blobs as objects `ab/cd/<sha256>` of one bucket; large uploads under way lie under `incoming/`. */
export class S3Blobs implements BlobStore {
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(settings: S3Settings) {
    this.#s3 = new S3Client(settings);
    this.#bucket = settings.bucket;
  }

  async put(stream: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredBlob> {
    const bytesMax = Math.min(options.bytesMax, objectBytesMax);
    const measurement = new Measurement({ ...options, bytesMax });
    const parts = inParts(stream, measurement);
    const [first, second] = [await parts.next(), await parts.next()];
    if (second.done !== true) {
      return this.#putLarge([first.value as Buffer, second.value], parts, measurement, options);
    }
    const blob = measurement.complete();
    await options.beforeKeep?.(blob);
    if (await this.has(blob.sha256)) return blob;
    const body = first.value ?? Buffer.alloc(0);
    await this.#s3.text({ method: "PUT", key: placeOf(blob.sha256), body });
    return blob;
  }

  async get(sha256: string, range?: ByteRange): Promise<Readable> {
    const headers: Record<string, string> =
      range === undefined ? {} : { range: `bytes=${range.start}-${range.end}` };
    const response = await this.#s3.send({ method: "GET", key: placeOf(sha256), headers });
    if (response === undefined) throw new Error(`the blob ${sha256} is missing in the bucket`);
    if (range !== undefined && response.status !== 206) {
      await response.body?.cancel();
      throw storeUnavailable("The store of files cannot send a part of a file", undefined);
    }
    if (response.body === null) return Readable.from([]);
    return Readable.fromWeb(response.body as ReadableStream);
  }

  async has(sha256: string): Promise<boolean> {
    return (await this.#s3.send({ method: "HEAD", key: placeOf(sha256) })) !== undefined;
  }

  async delete(sha256: string): Promise<void> {
    await this.#s3.send({ method: "DELETE", key: placeOf(sha256) });
  }

  async list(afterSha256: string, limit: number): Promise<ListedBlob[]> {
    const startAfter = isSha256(afterSha256) ? placeOf(afterSha256) : afterSha256;
    const objects = await this.#objects({ "start-after": startAfter }, limit);
    return objects.flatMap(({ key, size, modifiedAt }) => {
      const sha256 = key.slice(key.lastIndexOf("/") + 1);
      return isSha256(sha256) && key === placeOf(sha256) ? [{ sha256, size, modifiedAt }] : [];
    });
  }

  async removeLeftovers(): Promise<number> {
    const objects = await this.#objects({ prefix: "incoming/" }, listMax);
    const left = objects.filter(({ modifiedAt }) => Date.now() - Date.parse(modifiedAt) >= leftoverMs);
    for (const { key } of left) await this.#s3.send({ method: "DELETE", key });
    return left.length;
  }

  /** The hash is known only at the end, so the parts go to a key of their own and are copied within the store. */
  async #putLarge(
    first: Buffer[],
    rest: AsyncGenerator<Buffer, undefined>,
    measurement: Measurement,
    options: PutOptions,
  ): Promise<StoredBlob> {
    const key = `incoming/${randomUUID()}`;
    const blob = await this.#upload(key, concat(first, rest), measurement);
    try {
      await options.beforeKeep?.(blob);
      if (await this.has(blob.sha256)) return blob;
      const headers = { "x-amz-copy-source": `/${this.#bucket}/${key}` };
      await this.#s3.text({ method: "PUT", key: placeOf(blob.sha256), headers });
      return blob;
    } finally {
      // It is copied or refused by now; `removeLeftovers` takes what stays when the store does not answer.
      await this.#s3.send({ method: "DELETE", key }).catch(() => undefined);
    }
  }

  async #upload(key: string, parts: AsyncIterable<Buffer>, measurement: Measurement): Promise<StoredBlob> {
    const begun = await this.#s3.text({ method: "POST", key, query: { uploads: "" } });
    const uploadId = unescaped(elementOf(begun, "UploadId"));
    try {
      const tags = [];
      for await (const body of parts) tags.push(await this.#uploadPart(key, uploadId, tags.length + 1, body));
      const blob = measurement.complete();
      const body = Buffer.from(`<CompleteMultipartUpload>${tags.join("")}</CompleteMultipartUpload>`);
      await this.#s3.text({ method: "POST", key, query: { uploadId }, body });
      return blob;
    } catch (error) {
      await this.#abandon(key, uploadId);
      throw error;
    }
  }

  async #uploadPart(key: string, uploadId: string, number: number, body: Buffer): Promise<string> {
    const query = { partNumber: String(number), uploadId };
    const response = await this.#s3.send({ method: "PUT", key, query, body });
    await response?.arrayBuffer();
    const tag = response?.headers.get("etag") ?? "";
    return `<Part><PartNumber>${number}</PartNumber><ETag>${tag}</ETag></Part>`;
  }

  /** Parts that cannot be taken back now are left to the bucket's lifecycle rule; the caller hears the first error. */
  async #abandon(key: string, uploadId: string): Promise<void> {
    await this.#s3.send({ method: "DELETE", key, query: { uploadId } }).catch(() => undefined);
  }

  async #objects(
    query: Record<string, string>,
    limit: number,
  ): Promise<{ key: string; size: number; modifiedAt: string }[]> {
    const pageQuery = { "list-type": "2", "max-keys": String(Math.min(limit, listMax)), ...query };
    const page = await this.#s3.text({ method: "GET", query: pageQuery });
    return [...page.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, object = ""]) => ({
      key: elementOf(object, "Key"),
      size: Number(elementOf(object, "Size")),
      modifiedAt: elementOf(object, "LastModified"),
    }));
  }
}

/** The stream in pieces of `partBytes`, the last one shorter. */
async function* inParts(
  stream: AsyncIterable<Uint8Array>,
  measurement: Measurement,
): AsyncGenerator<Buffer, undefined> {
  let chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    measurement.add(chunk);
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size < partBytes) continue;
    yield Buffer.concat(chunks);
    chunks = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(chunks);
}

async function* concat(first: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  yield* rest;
}

/** Our keys and the stores' ids and times need no more of XML than this. */
function elementOf(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? "";
}

function unescaped(text: string): string {
  const characters: Record<string, string> = {
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&#39;": "'",
    "&amp;": "&",
  };
  return text.replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (entity) => characters[entity] ?? entity);
}
