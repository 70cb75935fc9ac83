import type { Database, Tx } from "../../kit/database.ts";
import type { Loop } from "../../kit/loops.ts";
import type { Afterlife, Publication } from "./broker.ts";
import { removeExpired } from "./message-store.ts";
import type { Message } from "./model.ts";

const batchMax = 200;

/** Gives up messages that waited longer than they may, in the transaction of what comes in their place. */
export function expireMessages(
  database: Database,
  afterlife: Afterlife,
  publishIn: (tx: Tx, publications: readonly Publication[]) => Promise<void>,
): Loop {
  const tick = async () => {
    const rows = await database.transaction(async (tx) => {
      const expired = await removeExpired(tx, batchMax);
      const publications = await Promise.all(
        expired.map((row) => afterlife(row, JSON.parse(row.content) as Message, "expired")),
      );
      await publishIn(tx, publications.flat());
      return expired;
    });
    return rows.length === batchMax;
  };
  return { name: "expire-messages", everyMs: 1_000, tick };
}
