import { InboxOutlined } from "@ant-design/icons";
import { Alert } from "antd";
import { type DragEvent, useState } from "react";
import { useParams } from "react-router";
import { Page } from "../../parts/Page.tsx";
import { useTexts } from "../../texts/use-texts.ts";
import { ImportForm } from "./ImportForm.tsx";
import { queuePath } from "./paths.ts";
import { fileBytesMax, readRows, type Rows } from "./read-rows.ts";

/** Pushes the rows of a file: choose it, say what goes where, watch it go. */
export function ImportPage() {
  const { queue = "" } = useParams();
  const { queues, imports: texts } = useTexts();
  const [rows, setRows] = useState<Rows>();
  const [fault, setFault] = useState<string>();
  const read = async (file: File | undefined) => {
    if (file === undefined) return;
    setFault(undefined);
    if (file.size > fileBytesMax) return setFault(texts.tooLarge);
    try {
      const found = readRows(await file.text());
      if (found.rows.length === 0) setFault(texts.noRows);
      else setRows(found);
    } catch (error) {
      setFault(texts.unreadable(error instanceof Error ? error.message : String(error)));
    }
  };
  return (
    <Page
      title={texts.into(queue)}
      path={[
        { to: "/work-items", label: queues.title },
        { to: queuePath(queue), label: queue },
      ]}
    >
      {fault && <Alert type="error" showIcon title={fault} role="alert" />}
      {rows === undefined ? (
        <FileDrop onFile={(file) => void read(file)} />
      ) : (
        <ImportForm queue={queue} rows={rows} onAnother={() => setRows(undefined)} />
      )}
    </Page>
  );
}

function FileDrop({ onFile }: { onFile: (file: File | undefined) => void }) {
  const { imports: texts } = useTexts();
  const [isOver, setOver] = useState(false);
  const over = (is: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setOver(is);
  };
  return (
    <label
      className={isOver ? "drop drop-over" : "drop"}
      onDragOver={over(true)}
      onDragLeave={over(false)}
      onDrop={(event) => {
        over(false)(event);
        onFile(event.dataTransfer.files[0]);
      }}
    >
      <InboxOutlined className="drop-mark" />
      <strong>{texts.choose}</strong>
      <span className="muted">{texts.formats}</span>
      <input
        type="file"
        className="hidden"
        accept=".csv,.tsv,.json,.ndjson,.jsonl,.txt,text/csv,application/json"
        onChange={(event) => onFile(event.target.files?.[0])}
      />
    </label>
  );
}
