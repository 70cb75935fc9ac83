import { createHash } from "node:crypto";
import { AwsClient } from "aws4fetch";
import { storeUnavailable } from "./blobs.ts";

export interface S3Settings {
  bucket: string;
  /** `http://host:port`; buckets are addressed by path. */
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface S3Request {
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Without it the bucket itself is meant. */
  key?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Uint8Array;
}

const triesAfterFailure = 3;
const answerMs = 60_000;
const noBody = new Uint8Array();

/** One bucket of an S3-compatible store: signed requests, failures in one kind of error. */
export class S3Client {
  readonly #settings: S3Settings;
  readonly #aws: AwsClient;

  constructor(settings: S3Settings) {
    this.#settings = settings;
    this.#aws = new AwsClient({ ...settings, service: "s3", retries: triesAfterFailure });
  }

  /** The answer to a request that is over when its headers came; undefined if there is no such key. */
  async send(request: S3Request): Promise<Response | undefined> {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(new Error("the answer did not come in time")), answerMs);
    try {
      const response = await this.#fetch(request, timeout.signal);
      if (response.status === 404) {
        await response.arrayBuffer();
        return undefined;
      }
      if (!response.ok)
        throw new Error(`${request.method} was answered ${response.status}: ${await response.text()}`);
      return response;
    } catch (error) {
      throw storeUnavailable("The store of files is not reachable; try again shortly", error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The text of an answer. Some requests are answered 200 first and failed in the text. */
  async text(request: S3Request): Promise<string> {
    const response = await this.send(request);
    const text = await response?.text();
    if (text === undefined || text.includes("<Error>")) {
      const cause = new Error(`${request.method} failed: ${text ?? "there is no such key or bucket"}`);
      throw storeUnavailable("The store of files refused the request; try again shortly", cause);
    }
    return text;
  }

  async #fetch(
    { method, key = "", query = {}, headers = {}, body }: S3Request,
    signal: AbortSignal,
  ): Promise<Response> {
    const { bucket, endpoint } = this.#settings;
    const search = new URLSearchParams(query).toString();
    const url = `${endpoint}/${bucket}${key === "" ? "" : `/${key}`}${search === "" ? "" : `?${search}`}`;
    const sha256 = createHash("sha256")
      .update(body ?? noBody)
      .digest("hex");
    return this.#aws.fetch(url, {
      method,
      headers: { ...headers, "x-amz-content-sha256": sha256 },
      body: body as Uint8Array<ArrayBuffer> | undefined,
      signal,
    });
  }
}
