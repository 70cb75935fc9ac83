import { Button, Checkbox, Form, Input, Select } from "antd";
import { useState } from "react";
import { JsonText, prettyJson } from "../../parts/JsonText.tsx";
import { Panel } from "../../parts/Page.tsx";
import { type Column, Table } from "../../parts/Table.tsx";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { ImportProgress } from "./ImportProgress.tsx";
import { itemOfRow, type Mapping } from "./import-run.ts";
import type { Row, Rows } from "./read-rows.ts";

const samplesMax = 3;

interface ImportFormProps {
  queue: string;
  rows: Rows;
  onAnother: () => void;
}

/** What of the file goes where in the items, with the first item as it will be. */
export function ImportForm({ queue, rows: { fields, rows }, onAnother }: ImportFormProps) {
  const { imports: texts } = useTexts();
  const formats = useFormats();
  const [mapping, setMapping] = useState<Mapping>(() => firstMapping(fields));
  const [isRunning, setRunning] = useState(false);
  if (isRunning) return <ImportProgress queue={queue} rows={rows} mapping={mapping} onAnother={onAnother} />;
  const change = (changes: Partial<Mapping>) => setMapping({ ...mapping, ...changes });
  const choices = [{ value: "", label: texts.nobody }, ...fields.map((value) => ({ value, label: value }))];
  return (
    <div className="columns">
      <div className="column">
        <FieldTable fields={fields} rows={rows} mapping={mapping} onChange={(names) => change({ names })} />
      </div>
      <div className="column">
        <Panel title={texts.rows(formats.number(rows.length))}>
          <Form layout="vertical">
            <Form.Item label={texts.nameField} htmlFor="name-field">
              <Select
                id="name-field"
                value={mapping.nameField ?? ""}
                options={choices}
                onChange={(field) => change({ nameField: field || undefined })}
              />
            </Form.Item>
            <Form.Item label={texts.priorityField} htmlFor="priority-field">
              <Select
                id="priority-field"
                value={mapping.priorityField ?? ""}
                options={choices}
                onChange={(field) => change({ priorityField: field || undefined })}
              />
            </Form.Item>
            <Form.Item>
              <Checkbox
                checked={mapping.isTyped}
                onChange={(event) => change({ isTyped: event.target.checked })}
              >
                {texts.numbers}
              </Checkbox>
            </Form.Item>
            <Button type="primary" block onClick={() => setRunning(true)}>
              {texts.start(formats.number(rows.length))}
            </Button>
          </Form>
        </Panel>
        <Panel title={texts.preview}>
          <JsonText label={texts.preview} value={prettyJson(itemOfRow(rows[0]!, mapping))} />
        </Panel>
      </div>
    </div>
  );
}

interface FieldTableProps {
  fields: string[];
  rows: Row[];
  mapping: Mapping;
  onChange: (names: Record<string, string>) => void;
}

function FieldTable({ fields, rows, mapping, onChange }: FieldTableProps) {
  const { imports: texts } = useTexts();
  const columns: Column<string>[] = [
    { key: "field", title: texts.field, render: (field) => <span className="mono">{field}</span> },
    {
      key: "name",
      title: texts.goesTo,
      render: (field) => (
        <Input
          aria-label={`${texts.goesTo}: ${field}`}
          value={mapping.names[field]}
          placeholder={texts.leaveOut}
          onChange={(event) => onChange({ ...mapping.names, [field]: event.target.value })}
        />
      ),
    },
    { key: "sample", title: texts.sample, wide: true, render: (field) => samplesOf(rows, field) },
  ];
  return <Table label={texts.field} columns={columns} rows={fields} keyOf={(field) => field} />;
}

function firstMapping(fields: string[]): Mapping {
  const names = Object.fromEntries(fields.map((field) => [field, field]));
  const nameField = fields.find((field) => /^(name|title)$/i.test(field));
  return { names, nameField, priorityField: undefined, isTyped: true };
}

function samplesOf(rows: Row[], field: string): string {
  const values = rows.slice(0, samplesMax).map((row) => row[field]);
  return values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join(" · ");
}
