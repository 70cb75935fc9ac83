import type { Database } from "../../kit/database.ts";
import type { Encryption } from "../../kit/encryption.ts";
import type { Logger } from "../../kit/log.ts";
import type { Files } from "../files/service.ts";
import type { ConnectedRunners } from "./connected-runners.ts";
import type { AssignedRow } from "./dispatch-store.ts";
import { callOfRunner } from "./job-events.ts";
import type { Returns } from "./returns.ts";
import type { AssignedJob } from "./runner-model.ts";
import * as store from "./store.ts";

/** Gives handed-out jobs to their runners' connections; what no longer has one goes back at once. */
export class Deliveries {
  readonly #database: Database;
  readonly #encryption: Encryption;
  readonly #files: Files;
  readonly #log: Logger;
  readonly #connected: ConnectedRunners;
  readonly #returns: Returns;

  constructor(parts: {
    database: Database;
    encryption: Encryption;
    files: Files;
    log: Logger;
    connected: ConnectedRunners;
    returns: Returns;
  }) {
    this.#database = parts.database;
    this.#encryption = parts.encryption;
    this.#files = parts.files;
    this.#log = parts.log;
    this.#connected = parts.connected;
    this.#returns = parts.returns;
  }

  async deliver(rows: readonly AssignedRow[]): Promise<void> {
    for (const row of rows) {
      const { id: jobId, leaseNumber, logLines, logBytes } = row;
      this.#connected.find(row.sessionId)?.hold({ jobId, leaseNumber, logLines, logBytes });
    }
    const undelivered = rows.filter((row) => !row.hasFiles && !this.#give(row, []));
    const withFiles = rows.filter((row) => row.hasFiles);
    if (withFiles.length > 0) undelivered.push(...(await this.#deliverWithFiles(withFiles)));
    if (undelivered.length > 0) await this.#takeBack(undelivered);
  }

  async #deliverWithFiles(rows: readonly AssignedRow[]): Promise<AssignedRow[]> {
    const undelivered: AssignedRow[] = [];
    for (const tenantId of new Set(rows.map((row) => row.tenantId))) {
      const mine = rows.filter((row) => row.tenantId === tenantId);
      const owners = mine.map(({ id }) => ({ kind: "job" as const, id }));
      const lists = await this.#files.attachedTo(this.#database.read({ tenantId }), { tenantId }, owners);
      undelivered.push(...mine.filter((row, index) => !this.#give(row, lists[index]!)));
    }
    return undelivered;
  }

  #give(row: AssignedRow, files: AssignedJob["files"]): boolean {
    const runner = this.#connected.find(row.sessionId);
    if (runner === undefined) return false;
    try {
      runner.sink.job(this.#jobOf(row, files));
      return true;
    } catch (error) {
      this.#log.warn({ err: error, jobId: row.id }, "a job could not be given to its runner");
      runner.release({ jobId: row.id, leaseNumber: row.leaseNumber });
      return false;
    }
  }

  #jobOf(row: AssignedRow, files: AssignedJob["files"]): AssignedJob {
    const { id: jobId, tenantId, secrets, environment, idempotencyKey, traceparent } = row;
    return {
      jobId,
      leaseNumber: row.leaseNumber,
      tenantId,
      packageDigest: row.packageDigest,
      packageFileId: row.packageFileId,
      packageName: row.packageName,
      packageVersion: row.packageVersion,
      function: row.function,
      input: row.input,
      files: files.map(({ id, name, sha256 }) => ({ id, name, sha256 })),
      secrets: secrets === null ? {} : openSecrets(this.#encryption, secrets, { tenantId, jobId }),
      environment: environment ?? {},
      leaseMs: row.leaseMs,
      timeoutMs: row.timeoutMs,
      idempotencyKey: idempotencyKey ?? jobId,
      ...(traceparent === null ? {} : { traceparent }),
    };
  }

  async #takeBack(rows: readonly AssignedRow[]): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const live = await store.lockLive(
        tx,
        rows.map(({ id }) => id),
      );
      const numbers = new Map(rows.map(({ id, leaseNumber }) => [id, leaseNumber]));
      const held = live.filter((row) => row.state !== "waiting" && row.leaseNumber === numbers.get(row.id));
      const returned = held.map((row) => {
        const actor = {
          tenantId: row.tenantId,
          runnerId: row.runnerId!,
          name: "",
          sessionId: row.sessionId!,
        };
        const call = callOfRunner(actor);
        return { row, call, type: "job.undelivered", delayMs: 0, error: null };
      });
      await this.#returns.takeBackIn(tx, returned);
    });
  }
}

interface Place {
  tenantId: string;
  jobId: string;
}

/** Secrets as they are stored: they open in their own job alone. */
export function sealSecrets(encryption: Encryption, secrets: Record<string, string>, place: Place): string {
  return encryption.seal(JSON.stringify(secrets), contextOf(place));
}

function openSecrets(encryption: Encryption, sealed: string, place: Place): Record<string, string> {
  return JSON.parse(encryption.open(sealed, contextOf(place))) as Record<string, string>;
}

function contextOf({ tenantId, jobId }: Place): string {
  return [tenantId, "jobs", jobId, "secrets"].join("|");
}
