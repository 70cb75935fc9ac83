/** More than a node hands out within the usual lease; what falls out is read again. */
const rowsMax = 20_000;

/**
 * What this process handed out and who holds it, so that an end needs no look before it is written. A row does not
 * change while its lease number is good, so what is remembered is either still true, or the write, which names the
 * number, finds nothing to change.
 */
export class HeldRows<Row extends { id: string; leaseNumber: number }> {
  readonly #rows = new Map<string, Row>();

  remember(rows: readonly Row[]): void {
    for (const row of rows) {
      this.#rows.delete(row.id);
      this.#rows.set(row.id, row);
    }
    for (const [oldest] of this.#rows) {
      if (this.#rows.size <= rowsMax) return;
      this.#rows.delete(oldest);
    }
  }

  /** The row as it was handed out under this number; a copy of the caller's own. */
  find(id: string, leaseNumber: number): Row | undefined {
    const row = this.#rows.get(id);
    return row?.leaseNumber === leaseNumber ? { ...row } : undefined;
  }

  forget(ids: Iterable<string>): void {
    for (const id of ids) this.#rows.delete(id);
  }
}
