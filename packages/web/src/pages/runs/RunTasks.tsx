import { Button } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import {
  type Run,
  type RunTask,
  tasksShown,
  useRerunRunMutation,
  useRunTasksQuery,
} from "../../api/workflows-api.ts";
import { Empty } from "../../parts/Empty.tsx";
import { JsonText, prettyJson } from "../../parts/JsonText.tsx";
import { Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { State } from "../../parts/State.tsx";
import { useAct } from "../../parts/use-act.ts";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { detailOf } from "./RunTable.tsx";

/** What a run went through, each task with its time on the run's own line of time; one of them can be opened. */
export function RunTasks({ run }: { run: Run }) {
  const { runs: texts } = useTexts();
  const { data, error } = useRunTasksQuery(run.id);
  const [openInstance, setOpen] = useState<number>();
  const tasks = data?.items ?? [];
  const depths = depthsOf(tasks);
  const time = timeOf(run, tasks);
  return (
    <Panel title={texts.tasks}>
      {error && <ProblemNote problem={error} />}
      {data !== undefined && tasks.length === 0 && <Empty>{texts.noTasks}</Empty>}
      <ol className="waterfall">
        {tasks.map((task) => {
          const isOpen = task.instance === openInstance;
          return (
            <li key={task.instance}>
              <button
                type="button"
                className={`waterfall-line state-${task.state}`}
                aria-expanded={isOpen}
                onClick={() => setOpen(isOpen ? undefined : task.instance)}
              >
                <span
                  className="waterfall-name"
                  style={{ paddingInlineStart: depths.get(task.instance)! * 14 }}
                >
                  <span className="state-mark" aria-hidden="true" />
                  <span className="strong">{task.name}</span>
                  <span className="muted">{task.kind}</span>
                </span>
                <Bar task={task} time={time} />
              </button>
              {isOpen && <OpenTask run={run} task={task} />}
            </li>
          );
        })}
      </ol>
      {data?.nextCursor !== undefined && <p className="muted">{texts.moreTasks(tasksShown)}</p>}
    </Panel>
  );
}

interface Time {
  from: number;
  until: number;
}

/** From its beginning to its end, or to the last thing that is known of it. */
function timeOf({ createdAt, endedAt }: Run, tasks: readonly RunTask[]): Time {
  const instants = tasks.flatMap((task) => [
    task.startedAt,
    ...(task.endedAt === null ? [] : [task.endedAt]),
  ]);
  const known = [createdAt, ...(endedAt === null ? [] : [endedAt]), ...instants].map(Date.parse);
  const from = known.reduce((a, b) => Math.min(a, b));
  const until = known.reduce((a, b) => Math.max(a, b));
  return { from, until: Math.max(until, from + 1) };
}

function depthsOf(tasks: readonly RunTask[]): Map<number, number> {
  const depths = new Map<number, number>();
  for (const { instance, parent } of tasks)
    depths.set(instance, Math.min((depths.get(parent) ?? -1) + 1, 12));
  return depths;
}

function Bar({ task, time: { from, until } }: { task: RunTask; time: Time }) {
  const formats = useFormats();
  const { states } = useTexts();
  const begins = Date.parse(task.startedAt);
  const ends = task.endedAt === null ? until : Date.parse(task.endedAt);
  const share = (instant: number) => ((instant - from) / (until - from)) * 100;
  const took = task.endedAt === null ? states[task.state as "running"] : formats.span(ends - begins);
  return (
    <span className="waterfall-time">
      <span className="waterfall-room" aria-hidden="true">
        <span
          className="waterfall-bar"
          style={{
            insetInlineStart: `${share(begins)}%`,
            width: `${Math.max(0.5, share(ends) - share(begins))}%`,
          }}
        />
      </span>
      <span className="waterfall-took">{took}</span>
    </span>
  );
}

function OpenTask({ run, task }: { run: Run; task: RunTask }) {
  const { runs: texts } = useTexts();
  const act = useAct();
  const navigate = useNavigate();
  const [rerun, rerunning] = useRerunRunMutation();
  const isOfTheList = /^\/do\/\d+\/[^/]+$/.test(task.task);
  const again = async () => {
    const answer = await rerun({ run: run.id, from: task.task });
    if (await act(Promise.resolve(answer), texts.rerun)) void navigate(`/runs/${answer.data!.id}`);
  };
  return (
    <div className="waterfall-open">
      <p>
        <State state={task.state} /> <span className="mono muted">{task.task}</span>
        {task.attempts > 1 && <span className="muted"> · {texts.attempts(task.attempts)}</span>}
      </p>
      {task.error !== undefined && <p className="error-text">{detailOf(task.error)}</p>}
      {task.input !== undefined && (
        <>
          <p className="muted">{texts.input}</p>
          <JsonText label={texts.input} value={prettyJson(task.input)} />
        </>
      )}
      {task.output !== undefined && (
        <>
          <p className="muted">{texts.output}</p>
          <JsonText label={texts.output} value={prettyJson(task.output)} />
        </>
      )}
      {isOfTheList && run.endedAt !== null && (
        <Button size="small" loading={rerunning.isLoading} onClick={() => void again()}>
          {texts.againFrom}
        </Button>
      )}
    </div>
  );
}
