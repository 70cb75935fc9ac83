import { Checkbox } from "antd";
import type { ReactNode } from "react";
import { useTexts } from "../texts/use-texts.ts";

export interface Column<Row> {
  key: string;
  title: ReactNode;
  render: (row: Row) => ReactNode;
  /** Numbers stand to the right, so that they can be compared. */
  numeric?: boolean;
  /** Takes what room there is; what is too long is cut off. */
  wide?: boolean;
}

interface TableProps<Row> {
  label: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** What is ticked, and who is told when that changes; without it nothing can be. */
  selection?: { keys: readonly string[]; onChange: (keys: string[]) => void; nameOf: (row: Row) => string };
}

/** Rows as the server gave them, a page at a time. Where it is too wide it scrolls by itself, not the page. */
export function Table<Row>({ label, columns, rows, keyOf, selection }: TableProps<Row>) {
  const { app } = useTexts();
  const shown = rows.map(keyOf);
  const ticked = selection?.keys.filter((key) => shown.includes(key)) ?? [];
  const tick = (key: string, isTicked: boolean) =>
    selection?.onChange(isTicked ? [...ticked, key] : ticked.filter((other) => other !== key));
  return (
    <div className="table-room" role="region" aria-label={label} tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            {selection && (
              <th className="table-tick">
                <Checkbox
                  aria-label={app.all}
                  checked={ticked.length === rows.length && rows.length > 0}
                  indeterminate={ticked.length > 0 && ticked.length < rows.length}
                  onChange={(event) => selection.onChange(event.target.checked ? shown : [])}
                />
              </th>
            )}
            {columns.map(({ key, title, numeric }) => (
              <th key={key} scope="col" className={numeric ? "numeric" : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {selection && (
                <td className="table-tick">
                  <Checkbox
                    aria-label={selection.nameOf(row)}
                    checked={ticked.includes(keyOf(row))}
                    onChange={(event) => tick(keyOf(row), event.target.checked)}
                  />
                </td>
              )}
              {columns.map(({ key, render, numeric, wide }) => (
                <td
                  key={key}
                  className={[numeric && "numeric", wide && "wide"].filter(Boolean).join(" ") || undefined}
                >
                  {render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
