import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import S3rver from "s3rver";
import type { BlobStore } from "./blobs.ts";
import { openBlobs } from "./open-blobs.ts";

const accessKeyId = "S3RVER";
const secretKey = "S3RVER";
const bucket = "millrace-files";

/**
 * An S3 server in this process. s3rver keeps the objects, and a front makes up for what it lacks: it checks each
 * signature of version 4, computed here from Amazon's description and not by the library that signs, and the hash of
 * each body; it takes one request at a time, since s3rver's copies are not atomic; and it cuts lists into pages, since
 * s3rver's own pages need a cipher that OpenSSL 3 has dropped. Not covered: taking back a multipart upload (s3rver
 * answers 405), and a range that ends at byte 0 (s3rver takes that for no end).
 */
export async function startS3(
  directory: string,
  { secretAccessKey = secretKey } = {},
): Promise<{ blobs: BlobStore; stop: () => Promise<void> }> {
  const s3rver = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: bucket, configs: [] }],
  });
  const { port } = await s3rver.run();
  let last = Promise.resolve();
  const front = createServer((incoming, reply) => {
    last = last.then(() => passOn(incoming, reply, port)).catch(() => void reply.destroy());
  });
  front.listen(0, "127.0.0.1");
  await once(front, "listening");
  const endpoint = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const blobStore = `s3://${bucket}?endpoint=${endpoint}&region=eu-north-1`;
  const environment = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  return {
    blobs: openBlobs({ blobStore, dataDir: directory }, environment),
    stop: async () => {
      front.closeAllConnections();
      await Promise.all([new Promise((resolve) => front.close(resolve)), s3rver.close()]);
    },
  };
}

async function passOn(incoming: IncomingMessage, reply: ServerResponse, port: number): Promise<void> {
  const { method = "GET", url = "/", headers } = incoming;
  const body = await buffer(incoming);
  const bodyHash = createHash("sha256").update(body).digest("hex");
  if (headers["x-amz-content-sha256"] !== bodyHash || !isSigned(method, url, headers)) {
    reply.writeHead(403).end("<Error><Code>SignatureDoesNotMatch</Code></Error>");
    return;
  }
  const { pathname, searchParams } = new URL(url, "http://front");
  const pageSize = Number(searchParams.get("max-keys") ?? 0);
  searchParams.delete("max-keys");
  const path = pageSize === 0 ? url : `${pathname}?${searchParams}`;
  const inner = request({ port, host: "127.0.0.1", method, path, headers }).end(body);
  const [answer] = (await once(inner, "response")) as [IncomingMessage];
  const content = await buffer(answer);
  if (pageSize === 0) reply.writeHead(answer.statusCode ?? 500, answer.headers).end(content);
  else reply.writeHead(answer.statusCode ?? 500).end(firstOf(content.toString(), pageSize));
}

function firstOf(list: string, pageSize: number): string {
  const objects = (list.match(/<Contents>.*?<\/Contents>/gs) ?? []).sort();
  return `<ListBucketResult>${objects.slice(0, pageSize).join("")}</ListBucketResult>`;
}

const authorizationPattern =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/;

function isSigned(method: string, url: string, headers: IncomingMessage["headers"]): boolean {
  const match = authorizationPattern.exec(headers.authorization ?? "");
  if (match === null) return false;
  const [, keyId = "", scope = "", signedHeaders = "", signature] = match;
  const [path = "", query = ""] = url.split("?");
  const canonicalRequest = [
    method,
    path,
    query.split("&").sort().join("&"),
    ...signedHeaders.split(";").map((name) => `${name}:${String(headers[name]).trim()}`),
    "",
    signedHeaders,
    headers["x-amz-content-sha256"],
  ].join("\n");
  const requestHash = createHash("sha256").update(canonicalRequest).digest("hex");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, requestHash].join("\n");
  const key = scope.split("/").reduce<Buffer | string>((key, part) => hmac(key, part), `AWS4${secretKey}`);
  return keyId === accessKeyId && hmac(key, text).toString("hex") === signature;
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
