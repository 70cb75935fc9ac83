import { Alert, Button } from "antd";
import { useNavigate, useParams } from "react-router";
import {
  type RunnerDetails,
  useChangeRunnerMutation,
  useDeleteRunnerMutation,
  useRunnerQuery,
  useUpdateRunnerMutation,
} from "../../api/runners-api.ts";
import { AclEditor } from "../../parts/AclEditor.tsx";
import { Ago } from "../../parts/Ago.tsx";
import { Facts } from "../../parts/Facts.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page, Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { State } from "../../parts/State.tsx";
import { useAct } from "../../parts/use-act.ts";
import { useDanger } from "../../parts/use-danger.ts";
import { Words } from "../../parts/Words.tsx";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";

const rights = ["read", "update", "delete", "invoke"] as const;

/** One runner: what it has, how it stands, who may use it. */
export function RunnerPage() {
  const { runner: id = "" } = useParams();
  const { runners: texts } = useTexts();
  const { data, error, refetch } = useRunnerQuery(id);
  const [update] = useUpdateRunnerMutation();
  const path = [{ to: "/runners", label: texts.title }];
  if (data === undefined || error !== undefined) {
    return (
      <Page title={id} path={path}>
        {error ? <ProblemNote problem={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
  return (
    <Page
      title={data.name}
      path={path}
      note={<State state={data.state} />}
      actions={<RunnerActions runner={data} />}
    >
      {data.refusing !== "" && (
        <Alert type="warning" showIcon title={`${texts.refusing}: ${data.refusing}`} />
      )}
      <div className="columns">
        <RunnerFacts runner={data} />
        <Panel title={texts.access}>
          <AclEditor
            key={JSON.stringify(data.acl)}
            acl={data.acl}
            rights={rights}
            save={(acl) => update({ runner: id, change: { acl } })}
          />
        </Panel>
      </div>
    </Page>
  );
}

function RunnerActions({ runner: { id, name, state } }: { runner: RunnerDetails }) {
  const { runners: texts } = useTexts();
  const act = useAct();
  const danger = useDanger();
  const navigate = useNavigate();
  const [change] = useChangeRunnerMutation();
  const [remove] = useDeleteRunnerMutation();
  const askRemove = () =>
    danger({
      title: texts.removeTitle(name),
      content: texts.removeText,
      okText: texts.remove,
      act: async () => {
        const answer = await remove(id);
        if (answer.error === undefined) void navigate("/runners");
        return answer;
      },
    });
  const askBlock = () =>
    danger({
      title: texts.blockTitle(name),
      content: texts.blockText,
      okText: texts.block,
      act: () => change({ runner: id, act: "blockRunner" }),
    });
  return (
    <>
      <Button danger onClick={askRemove}>
        {texts.remove}
      </Button>
      {state === "blocked" ? (
        <Button onClick={() => void act(change({ runner: id, act: "unblockRunner" }), texts.unblocked(name))}>
          {texts.unblock}
        </Button>
      ) : (
        <Button danger onClick={askBlock}>
          {texts.block}
        </Button>
      )}
      {state === "online" && (
        <Button onClick={() => void act(change({ runner: id, act: "drainRunner" }), texts.drained(name))}>
          {texts.drain}
        </Button>
      )}
    </>
  );
}

function RunnerFacts({ runner }: { runner: RunnerDetails }) {
  const { runners: texts } = useTexts();
  const formats = useFormats();
  const { platform, runtimes, connectedAt, lastSeenAt, certificateUntil } = runner;
  const machine = [platform.hostname, platform.os, platform.arch].filter((part) => part !== "").join(" · ");
  return (
    <Panel title={texts.facts}>
      <Facts
        facts={[
          ["Id", <span className="mono">{runner.id}</span>],
          [texts.tags, runner.tags.length === 0 ? "–" : <Words words={runner.tags} />],
          [texts.room, texts.roomOf(runner.busy, runner.slots)],
          [texts.runtimes, runtimes.map(({ name, version }) => `${name} ${version}`).join(", ")],
          [texts.machine, machine],
          [texts.sandbox, runner.sandbox],
          [texts.version, runner.version],
          [texts.transport, runner.transport],
          [texts.enrolled, <Ago at={runner.enrolledAt} />],
          [texts.connected, connectedAt === null ? undefined : <Ago at={connectedAt} />],
          [texts.seen, lastSeenAt === null ? undefined : <Ago at={lastSeenAt} />],
          [texts.certificate, certificateUntil === null ? undefined : formats.moment(certificateUntil)],
        ]}
      />
    </Panel>
  );
}
