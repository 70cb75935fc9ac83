import { Alert, Button, Progress } from "antd";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { type Problem, problemOf } from "../../api/client.ts";
import { Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { importRows, type Mapping, newImportId } from "./import-run.ts";
import { queuePath } from "./paths.ts";
import type { Row } from "./read-rows.ts";

interface ImportProgressProps {
  queue: string;
  rows: Row[];
  mapping: Mapping;
  onAnother: () => void;
}

/** How far the import is; it can be stopped and gone on with, and a row that was sent twice is one item. */
export function ImportProgress({ queue, rows, mapping, onAnother }: ImportProgressProps) {
  const { imports: texts } = useTexts();
  const formats = useFormats();
  const navigate = useNavigate();
  const { done, isRunning, problem, goOn, stop } = useImport(queue, rows, mapping);
  const isDone = done === rows.length;
  return (
    <Panel title={texts.into(queue)}>
      <Progress
        percent={Math.floor((done / rows.length) * 100)}
        status={problem === undefined ? undefined : "exception"}
        aria-label={texts.into(queue)}
      />
      <p role="status">
        {isDone
          ? texts.done(formats.number(rows.length))
          : texts.progress(formats.number(done), formats.number(rows.length))}
      </p>
      {problem && (
        <>
          <Alert type="warning" title={texts.failedAt(formats.number(done + rowOf(problem)))} />
          <ProblemNote problem={problem} />
        </>
      )}
      {!isRunning && !isDone && problem === undefined && <p className="muted">{texts.stopped}</p>}
      <div className="buttons">
        {isRunning && <Button onClick={stop}>{texts.stop}</Button>}
        {!isRunning && !isDone && <Button onClick={goOn}>{texts.goOn}</Button>}
        {!isRunning && <Button onClick={onAnother}>{texts.another}</Button>}
        <Button type={isDone ? "primary" : "default"} onClick={() => void navigate(queuePath(queue))}>
          {texts.watch}
        </Button>
      </div>
    </Panel>
  );
}

/** Goes on while it is shown; leaving the page stops it. */
function useImport(queue: string, rows: Row[], mapping: Mapping) {
  const [importId] = useState(newImportId);
  const [done, setDone] = useState(0);
  const [isRunning, setRunning] = useState(true);
  const [problem, setProblem] = useState<Problem>();
  const stopping = useRef<AbortController>(undefined);
  const doneSoFar = useRef(0);
  useEffect(() => {
    if (!isRunning) return;
    const controller = new AbortController();
    stopping.current = controller;
    setProblem(undefined);
    const onProgress = (count: number) => {
      doneSoFar.current = count;
      setDone(count);
    };
    const { signal } = controller;
    importRows({ queue, importId, rows, mapping, from: doneSoFar.current, signal, onProgress })
      .catch((error: unknown) => setProblem(problemOf(error)))
      .finally(() => {
        if (stopping.current === controller) setRunning(false);
      });
    return () => controller.abort();
  }, [isRunning, queue, importId, rows, mapping]);
  return { done, isRunning, problem, goOn: () => setRunning(true), stop: () => stopping.current?.abort() };
}

/** `items[3].payload` is the fourth row of its batch; the first one is counted as 1. */
function rowOf({ field }: Problem): number {
  return Number(/^items\[(\d+)\]/.exec(field ?? "")?.[1] ?? 0) + 1;
}
