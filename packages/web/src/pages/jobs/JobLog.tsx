import { Checkbox } from "antd";
import { useEffect, useRef, useState } from "react";
import { client, type Problem, problemOf } from "../../api/client.ts";
import { Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";

/** More lines than this make a page slow; the file of the whole log is what the command line is for. */
const linesMax = 5_000;
const pageLines = 1_000;
const waitMs = 20_000;

interface Line {
  line: number;
  stream: string;
  text: string;
}

/** What a job says, as it says it. */
export function JobLog({ job }: { job: string }) {
  const { jobs: texts } = useTexts();
  const formats = useFormats();
  const { lines, problem } = useLog(job);
  const [follows, setFollows] = useState(true);
  const end = useRef<HTMLPreElement>(null);
  useEffect(() => {
    if (follows && end.current !== null) end.current.scrollTop = end.current.scrollHeight;
  }, [lines, follows]);
  const leftOut = lines[0]?.line ?? 0;
  return (
    <Panel
      title={texts.log}
      more={
        <Checkbox checked={follows} onChange={(event) => setFollows(event.target.checked)}>
          {texts.follow}
        </Checkbox>
      }
    >
      {problem && <ProblemNote problem={problem} />}
      {leftOut > 0 && <p className="muted">{texts.logMore(formats.number(leftOut))}</p>}
      {lines.length === 0 && <p className="muted">{texts.logEmpty}</p>}
      {lines.length > 0 && (
        <pre className="code log" tabIndex={0} aria-label={texts.log} ref={end}>
          {lines.map(({ line, stream, text }) => (
            <span key={line} className={`log-${stream}`}>
              {text}
              {"\n"}
            </span>
          ))}
        </pre>
      )}
    </Panel>
  );
}

/** Reads on after the last line it has, for as long as the page is open and the job has more to say. */
function useLog(job: string): { lines: Line[]; problem: Problem | undefined } {
  const [lines, setLines] = useState<Line[]>([]);
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    const controller = new AbortController();
    const read = async () => {
      let after = 0;
      for (;;) {
        const query = { after, limit: pageLines, waitMs };
        const page = await client.jobLogs(job, query, { signal: controller.signal });
        if (page.items.length > 0) setLines((before) => [...before, ...page.items].slice(-linesMax));
        after = page.next;
        if (page.ended) return;
      }
    };
    read().catch((error: unknown) => {
      if (!controller.signal.aborted) setProblem(problemOf(error));
    });
    return () => controller.abort();
  }, [job]);
  return { lines, problem };
}
