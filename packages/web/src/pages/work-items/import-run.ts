import type { NewItem } from "@millrace/sdk";
import { client } from "../../api/client.ts";
import { type Row, typed } from "./read-rows.ts";

const rowsOfABatch = 500;

export interface Mapping {
  /** What each field of the file is called in the payload; an empty name leaves it out. */
  names: Readonly<Record<string, string>>;
  nameField: string | undefined;
  priorityField: string | undefined;
  /** Texts that are numbers or truth values become such. */
  isTyped: boolean;
}

/** A row as the item that it becomes. */
export function itemOfRow(row: Row, { names, nameField, priorityField, isTyped }: Mapping): NewItem {
  const payload: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(row)) {
    const name = names[field] ?? "";
    if (name !== "") payload[name] = isTyped ? typed(value) : value;
  }
  const name = nameField === undefined ? undefined : row[nameField];
  const priority = priorityField === undefined ? undefined : Number(row[priorityField]);
  return {
    payload,
    ...(name === undefined || name === null || name === "" ? {} : { name: String(name).slice(0, 500) }),
    ...(Number.isInteger(priority) ? { priority: priority! } : {}),
  };
}

interface ImportRun {
  queue: string;
  /** Of this import: a row that is pushed again under it is the same item. */
  importId: string;
  rows: readonly Row[];
  mapping: Mapping;
  /** So many are pushed already. */
  from: number;
  signal: AbortSignal;
  onProgress: (done: number) => void;
}

/** Pushes the rows in batches, each all or none; answers how many are pushed when it was stopped or is done. */
export async function importRows({ queue, importId, rows, mapping, from, signal, onProgress }: ImportRun) {
  let done = from;
  while (done < rows.length && !signal.aborted) {
    const batch = rows.slice(done, done + rowsOfABatch);
    const items = batch.map((row, index) => ({
      ...itemOfRow(row, mapping),
      idempotencyKey: `import-${importId}-${done + index}`,
    }));
    await client.pushItems(queue, items);
    done += batch.length;
    onProgress(done);
  }
  return done;
}

/** Good for telling imports apart; it is no secret. */
export function newImportId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
