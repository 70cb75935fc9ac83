import { Button } from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import {
  useDeleteWorkflowMutation,
  useRunsQuery,
  useStartRunMutation,
  useWorkflowQuery,
  useWorkflowVersionQuery,
  type Workflow,
} from "../../api/workflows-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Code } from "../../parts/Code.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Facts } from "../../parts/Facts.tsx";
import { JsonText } from "../../parts/JsonText.tsx";
import { LinkButton } from "../../parts/LinkButton.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page, Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useAct } from "../../parts/use-act.ts";
import { useDanger } from "../../parts/use-danger.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { RunTable } from "../runs/RunTable.tsx";

const lastRuns = 10;

/** One workflow: its definition, a run of it from here, and its last runs. */
export function WorkflowPage() {
  const { workflow: id = "" } = useParams();
  const { workflows: texts } = useTexts();
  const { data: workflow, error, refetch } = useWorkflowQuery(id);
  const path = [{ to: "/workflows", label: texts.title }];
  if (workflow === undefined || error !== undefined) {
    return (
      <Page title={texts.workflow} path={path}>
        {error ? <ProblemNote problem={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
  return (
    <Page title={workflow.name} path={path} actions={<WorkflowActions workflow={workflow} />}>
      <div className="columns">
        <div className="column">
          <LastRuns workflow={workflow} />
          <Definition workflow={workflow} />
        </div>
        <div className="column">
          <StartPanel workflow={workflow} />
          <Panel title={texts.facts}>
            <Facts
              facts={[
                ["Id", <span className="mono">{workflow.id}</span>],
                [texts.version, workflow.latest],
                [texts.description, workflow.description === "" ? undefined : workflow.description],
                [texts.changed, <Ago at={workflow.modifiedAt} />],
              ]}
            />
          </Panel>
        </div>
      </div>
    </Page>
  );
}

function WorkflowActions({ workflow: { id, name } }: { workflow: Workflow }) {
  const { workflows: texts, app } = useTexts();
  const danger = useDanger();
  const navigate = useNavigate();
  const [remove] = useDeleteWorkflowMutation();
  const askRemove = () =>
    danger({
      title: texts.removeTitle(name),
      content: texts.removeText,
      okText: app.remove,
      act: async () => {
        const answer = await remove(id);
        if (answer.error === undefined) void navigate("/workflows");
        return answer;
      },
    });
  return (
    <>
      <Button danger onClick={askRemove}>
        {app.remove}
      </Button>
      <LinkButton to={`/workflows/${id}/edit`}>{app.edit}</LinkButton>
    </>
  );
}

function StartPanel({ workflow }: { workflow: Workflow }) {
  const { workflows: texts } = useTexts();
  const act = useAct();
  const navigate = useNavigate();
  const [start, { isLoading }] = useStartRunMutation();
  const [input, setInput] = useState("{}");
  const parsed = parse(input);
  const begin = async () => {
    const answer = await start({ workflow: workflow.id, input: parsed!.value });
    if (await act(Promise.resolve(answer))) void navigate(`/runs/${answer.data!.id}`);
  };
  return (
    <Panel title={texts.start}>
      <p className="muted">{texts.startHint}</p>
      <JsonText label={texts.input} value={input} onChange={setInput} />
      <p>
        <Button
          type="primary"
          loading={isLoading}
          disabled={parsed === undefined}
          onClick={() => void begin()}
        >
          {texts.startIt}
        </Button>
      </p>
    </Panel>
  );
}

function LastRuns({ workflow: { id, name } }: { workflow: Workflow }) {
  const { workflows: texts } = useTexts();
  const { data, error } = useRunsQuery({ workflow: id, limit: lastRuns });
  const all = <Link to={`/runs?workflow=${encodeURIComponent(name)}`}>{texts.allRuns}</Link>;
  return (
    <Panel title={texts.lastRuns} more={all}>
      {error && <ProblemNote problem={error} />}
      {data?.items.length === 0 && <Empty>{texts.noRuns}</Empty>}
      {data !== undefined && data.items.length > 0 && <RunTable runs={data.items} />}
    </Panel>
  );
}

function Definition({ workflow: { id, latest } }: { workflow: Workflow }) {
  const { workflows: texts } = useTexts();
  const { data, error } = useWorkflowVersionQuery({ workflow: id, version: String(latest) });
  return (
    <Panel title={texts.definition}>
      {error && <ProblemNote problem={error} />}
      {data === undefined ? <Loading /> : <Code text={data.text.trimEnd()} label={texts.definition} />}
    </Panel>
  );
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
