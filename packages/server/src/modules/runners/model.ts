import { createHash } from "node:crypto";

/*
 * enrolled ──drain──▶ draining ──its next start──▶ enrolled
 *    │ ▲                 │
 *  block unblock       block
 *    ▼ │                 │
 *   blocked ◀────────────┘          Whether it is there is not kept: the last sign of it says so.
 */

/** What is shown: `offline` when there was no sign of it for a while. */
export type RunnerState = "online" | "offline" | "draining" | "blocked";

/** Who the certificate says it is. */
export interface RunnerIdentity {
  tenantId: string;
  runnerId: string;
  name: string;
  /** The certificate's SHA-256, in lower-case hex. */
  fingerprint: string;
}

/** What a runner says of itself in its hello; its tags are the server's. */
export interface RunnerFacts {
  version: string;
  protocols: number[];
  /** A newer start has a higher number; older ones are fenced off. */
  incarnation: number;
  platform: { os: string; arch: string; hostname: string };
  tags: string[];
  runtimes: { name: string; version: string }[];
  sandbox: string;
  slots: number;
}

/** A runner as it is shown. */
export interface RunnerView extends RunnerFacts {
  id: string;
  name: string;
  state: RunnerState;
  busy: number;
  /** Why it takes no jobs, in its own words; empty where it does. */
  refusing: string;
  transport: string;
  enrolledAt: string;
  connectedAt: string | null;
  lastSeenAt: string | null;
  certificateUntil: string | null;
}

/** What the jobs need to know of the runners. */
export interface Inventory {
  /** Every runner of the tenant that could be given something: its tags, its load, whether it is there. */
  list(tenantId: string): Promise<RunnerView[]>;
}

/** How often a runner says that it is there. */
export const heartbeatMs = 10_000;
/** Without a sign for so long a runner is shown as offline: three heartbeats and the writing of the last one. */
export const offlineAfterSeconds = 35;
export const certificateHours = 24;
export const enrolmentTokenMinutes = 10;
export const runnersPerTenantMax = 5_000;
export const tagsMax = 32;
export const tagPattern = "^[a-z0-9][a-z0-9._:/-]{0,62}$";
export const runnerNamePattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$";

const uriPattern = /^spiffe:\/\/millrace\/tenant\/([^/]+)\/runner\/([0-9a-f]{24})$/;

/** The name that the server puts into a runner's certificate; what the request asks for is not read. */
export function uriOf({ tenantId, runnerId }: Pick<RunnerIdentity, "tenantId" | "runnerId">): string {
  return `spiffe://millrace/tenant/${encodeURIComponent(tenantId)}/runner/${runnerId}`;
}

/** Reads such a name back; undefined if it is any other. */
export function parseUri(uri: string): { tenantId: string; runnerId: string } | undefined {
  const match = uriPattern.exec(uri);
  return match === null ? undefined : { tenantId: decodeURIComponent(match[1]!), runnerId: match[2]! };
}

/** What a certificate goes by: the SHA-256 of its DER, in lower-case hex. */
export function fingerprintOf(der: Uint8Array): string {
  return createHash("sha256").update(der).digest("hex");
}
