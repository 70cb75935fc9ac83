import { Alert, Button } from "antd";
import { Link, useNavigate, useParams } from "react-router";
import {
  type Run,
  useCancelRunMutation,
  useRerunRunMutation,
  useResumeRunMutation,
  useRunQuery,
  useSuspendRunMutation,
} from "../../api/workflows-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Facts } from "../../parts/Facts.tsx";
import { JsonText, prettyJson } from "../../parts/JsonText.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page, Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { State } from "../../parts/State.tsx";
import { useAct } from "../../parts/use-act.ts";
import { useDanger } from "../../parts/use-danger.ts";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { detailOf } from "./RunTable.tsx";
import { RunTasks } from "./RunTasks.tsx";

/** One run: what it began with, what it went through, and what came of it. */
export function RunPage() {
  const { run: id = "" } = useParams();
  const { runs: texts } = useTexts();
  const { data: run, error, refetch } = useRunQuery(id);
  const path = [{ to: "/runs", label: texts.title }];
  if (run === undefined || error !== undefined) {
    return (
      <Page title={texts.run} path={path}>
        {error ? <ProblemNote problem={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
  const { instance } = (run.error ?? {}) as { instance?: string };
  return (
    <Page
      title={run.workflow}
      path={path}
      note={<State state={run.state} />}
      actions={<RunActions run={run} />}
    >
      {run.error !== undefined && run.error !== null && (
        <Alert type="error" showIcon title={detailOf(run.error)} description={instance} />
      )}
      {run.waitingFor !== undefined && (
        <Alert type="info" showIcon title={`${texts.waitingFor}: ${run.waitingFor}`} />
      )}
      <div className="columns">
        <div className="column">
          <RunTasks run={run} />
          <Panel title={texts.output}>
            {run.output === undefined ? (
              <p className="muted">{texts.noOutput}</p>
            ) : (
              <JsonText label={texts.output} value={prettyJson(run.output)} />
            )}
          </Panel>
        </div>
        <div className="column">
          <RunFacts run={run} />
          <Panel title={texts.input}>
            <JsonText label={texts.input} value={prettyJson(run.input)} />
          </Panel>
        </div>
      </div>
    </Page>
  );
}

function RunActions({ run }: { run: Run }) {
  const { runs: texts } = useTexts();
  const act = useAct();
  const danger = useDanger();
  const navigate = useNavigate();
  const [cancel] = useCancelRunMutation();
  const [suspend] = useSuspendRunMutation();
  const [resume] = useResumeRunMutation();
  const [rerun, rerunning] = useRerunRunMutation();
  if (run.endedAt !== null) {
    const again = async () => {
      const answer = await rerun({ run: run.id });
      if (await act(Promise.resolve(answer), texts.rerun)) void navigate(`/runs/${answer.data!.id}`);
    };
    return (
      <Button type="primary" loading={rerunning.isLoading} onClick={() => void again()}>
        {texts.again}
      </Button>
    );
  }
  const askCancel = () =>
    danger({
      title: texts.cancelTitle(run.workflow),
      content: texts.cancelText,
      okText: texts.cancel,
      act: () => cancel(run.id),
    });
  const isSuspended = run.state === "suspended";
  return (
    <>
      <Button onClick={() => void act(isSuspended ? resume(run.id) : suspend(run.id))}>
        {isSuspended ? texts.resume : texts.suspend}
      </Button>
      <Button danger onClick={askCancel}>
        {texts.cancel}
      </Button>
    </>
  );
}

function RunFacts({ run }: { run: Run }) {
  const { runs: texts } = useTexts();
  const formats = useFormats();
  const { createdAt, endedAt, fromRunId, parentId, correlation } = run;
  const leading = (id: string | null) =>
    id === null ? undefined : (
      <Link to={`/runs/${id}`} className="mono">
        {id}
      </Link>
    );
  return (
    <Panel title={texts.facts}>
      <Facts
        facts={[
          ["Id", <span className="mono">{run.id}</span>],
          [
            texts.workflow,
            <Link to={`/workflows/${run.workflowId}`}>
              {run.workflow} · {run.version}
            </Link>,
          ],
          [texts.startedBy, run.startedBy.name],
          [texts.actsFor, run.runAs],
          [texts.begun, <Ago at={createdAt} />],
          [texts.ended, endedAt === null ? undefined : <Ago at={endedAt} />],
          [
            texts.took,
            endedAt === null ? undefined : formats.span(Date.parse(endedAt) - Date.parse(createdAt)),
          ],
          [texts.correlation, correlation ?? undefined],
          [texts.from, leading(fromRunId)],
          [texts.parent, leading(parentId)],
        ]}
      />
    </Panel>
  );
}
