import { createHash } from "node:crypto";
import type { Call } from "../../kit/call.ts";
import type { Encryption } from "../../kit/encryption.ts";
import { invalid } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import { checkPayload } from "../../kit/payload.ts";
import { functionsOf, latestChannel, type PackageVersion } from "../packages/model.ts";
import type { Packages } from "../packages/service.ts";
import { sealSecrets } from "./deliveries.ts";
import { jobDefaults, needsOf } from "./model.ts";
import type { NewJob } from "./schemas.ts";
import type { Submit } from "./submits.ts";

const secretsCharactersMax = 256 * 1024;

/** What a caller wants as a job about to be written; refused where he may not run it or it makes no sense. */
export async function newRowOf(
  { packages, encryption }: { packages: Packages; encryption: Encryption },
  call: Call,
  wanted: NewJob,
  fromJobId: string | null = null,
): Promise<Submit> {
  const { input = {}, tags = [], secrets = {}, environment, files = [], idempotencyKey } = wanted;
  const inputText = checkPayload(input, "input");
  const secretsLength = JSON.stringify(secrets).length;
  if (secretsLength > secretsCharactersMax) {
    throw invalid("secrets", `have more than ${secretsCharactersMax} characters together`);
  }
  const { found, version } = await packages.requireRunnable(
    call,
    wanted.package,
    wanted.version ?? latestChannel,
  );
  checkFunction(wanted.function, version);
  const id = newId();
  const { tenantId } = call;
  const row = {
    id,
    tenantId,
    packageId: found.id,
    packageName: found.name,
    packageVersion: version.version,
    packageDigest: version.digest,
    packageFileId: version.fileId,
    function: wanted.function ?? null,
    needs: needsOf(version.runtime, tags),
    priority: wanted.priority ?? jobDefaults.priority,
    attemptsMax: wanted.attemptsMax ?? jobDefaults.attemptsMax,
    leaseMs: wanted.leaseMs ?? jobDefaults.leaseMs,
    timeoutMs: wanted.timeoutMs ?? version.manifest.limits.timeoutMs,
    input,
    environment: environment ?? null,
    secrets:
      Object.keys(secrets).length === 0 ? null : sealSecrets(encryption, secrets, { tenantId, jobId: id }),
    hasFiles: files.length > 0,
    idempotencyKey: idempotencyKey ?? null,
    traceparent: null,
    fromJobId,
    createdById: call.userId,
    createdBy: call.userName,
  };
  const digest = idempotencyKey === undefined ? undefined : digestOf(inputText, wanted);
  return { call, row, digest, fileIds: files };
}

/** A plugin is asked for one of its functions; what has none is run as a whole. */
function checkFunction(wanted: string | undefined, { manifest, version }: PackageVersion): void {
  const names = functionsOf(manifest).map(({ name }) => name);
  if (wanted === undefined && names.length === 0) return;
  if (wanted === undefined) throw invalid("function", `name one of ${names.join(", ")}`);
  if (names.includes(wanted)) return;
  const there = names.length === 0 ? "has no functions" : `has ${names.join(", ")}`;
  throw invalid("function", `there is no ${JSON.stringify(wanted)}: version ${version} ${there}`);
}

function digestOf(inputText: string, wanted: NewJob): string {
  const { input: _input, idempotencyKey: _key, ...rest } = wanted;
  return createHash("sha256").update(inputText).update(JSON.stringify(rest)).digest("base64url");
}
