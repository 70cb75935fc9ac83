import { join } from "node:path";
import type { BlobStore } from "./blobs.ts";
import { DiskBlobs } from "./disk-blobs.ts";
import { AppError } from "./errors.ts";
import { S3Blobs } from "./s3-blobs.ts";

/** The store that the configuration names: `disk`, or `s3://bucket?endpoint=http://...&region=...`. */
export function openBlobs(
  { blobStore, dataDir }: { blobStore: string; dataDir: string },
  environment: NodeJS.ProcessEnv,
): BlobStore {
  if (blobStore === "disk") return new DiskBlobs(join(dataDir, "files"));
  const mistake = (message: string) => new AppError("invalid_input", `MILLRACE_BLOB_STORE: ${message}`);
  const url = URL.canParse(blobStore) ? new URL(blobStore) : undefined;
  if (url?.protocol !== "s3:" || url.hostname === "") {
    throw mistake("must be disk or s3://bucket?endpoint=http://...&region=...");
  }
  const region = url.searchParams.get("region") ?? environment["AWS_REGION"] ?? "us-east-1";
  const endpoint = url.searchParams.get("endpoint") ?? `https://s3.${region}.amazonaws.com`;
  if (!/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : "")) {
    throw mistake("endpoint must be a URL that begins with http:// or https://");
  }
  const accessKeyId = environment["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"];
  if (!accessKeyId || !secretAccessKey) {
    throw mistake("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for the bucket");
  }
  return new S3Blobs({
    bucket: url.hostname,
    endpoint: endpoint.replace(/\/+$/, ""),
    region,
    accessKeyId,
    secretAccessKey,
    sessionToken: environment["AWS_SESSION_TOKEN"],
  });
}
