import type { Queue } from "@millrace/sdk";
import { Button, Form, Input, InputNumber, Radio } from "antd";
import { useParams } from "react-router";
import {
  type QueueSettings,
  type QueueVersion,
  useQueueQuery,
  useQueueVersionsQuery,
  useRestoreQueueVersionMutation,
  useUpdateQueueMutation,
} from "../../api/work-items-api.ts";
import { AclEditor } from "../../parts/AclEditor.tsx";
import { Ago } from "../../parts/Ago.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page, Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useAct } from "../../parts/use-act.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { queuePath } from "./paths.ts";

const rights = ["read", "update", "delete", "invoke"] as const;

/** How a queue retries and where its items go on to; every change is a version, and older ones come back. */
export function QueueSettingsPage() {
  const { queue: name = "" } = useParams();
  const { queues: texts } = useTexts();
  const { data, error, refetch } = useQueueQuery(name);
  return (
    <Page
      title={texts.settings}
      path={[
        { to: "/work-items", label: texts.title },
        { to: queuePath(name), label: name },
      ]}
    >
      {error && <ProblemNote problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === undefined && <Loading />}
      {data !== undefined && (
        <div className="columns">
          <div className="column">
            <Panel title={name}>
              <SettingsForm key={data.version} queue={data} />
            </Panel>
            <Access queue={data} />
          </div>
          <Versions queue={data} />
        </div>
      )}
    </Page>
  );
}

function Access({ queue }: { queue: Queue }) {
  const { documents: texts } = useTexts();
  const [update] = useUpdateQueueMutation();
  return (
    <Panel title={texts.accessOf(queue.name)}>
      <AclEditor
        key={queue.version}
        acl={queue.acl}
        rights={rights}
        save={(acl) => update({ queue: queue.name, settings: { acl }, version: queue.version })}
      />
    </Panel>
  );
}

function SettingsForm({ queue }: { queue: Queue }) {
  const { queues: texts, app } = useTexts();
  const act = useAct();
  const [updateQueue, { error, isLoading }] = useUpdateQueueMutation();
  const number = (name: keyof QueueSettings, label: string, extra?: string) => (
    <Form.Item name={name} label={label} extra={extra}>
      <InputNumber className="full" min={0} precision={0} />
    </Form.Item>
  );
  const text = (name: keyof QueueSettings, label: string, extra?: string) => (
    <Form.Item name={name} label={label} extra={extra}>
      <Input maxLength={2_000} />
    </Form.Item>
  );
  const submit = (settings: QueueSettings) =>
    act(updateQueue({ queue: queue.name, settings: cleaned(settings), version: queue.version }), texts.saved);
  return (
    <Form layout="vertical" initialValues={queue} onFinish={(form: QueueSettings) => void submit(form)}>
      {text("description", texts.description)}
      <div className="fields">
        {number("attemptsMax", texts.attemptsMax)}
        <Form.Item name="backoff" label={texts.backoff}>
          <Radio.Group
            options={[
              { value: "exponential", label: texts.exponential },
              { value: "constant", label: texts.constant },
            ]}
          />
        </Form.Item>
        {number("backoffMs", texts.backoffMs)}
        {number("backoffMaxMs", texts.backoffMaxMs)}
        {number("leaseMs", texts.leaseMs, texts.leaseHint)}
        {number("acquiredMax", texts.acquiredMax, texts.acquiredHint)}
        {number("concurrencyPerKey", texts.concurrencyPerKey)}
        {number("keepDays", texts.keepDays, texts.keepHint)}
        {text("successQueue", texts.successQueue, texts.successHint)}
        {text("failedQueue", texts.failedQueue, texts.failedHint)}
      </div>
      {error && <ProblemNote problem={error} />}
      <Button type="primary" htmlType="submit" loading={isLoading}>
        {app.save}
      </Button>
    </Form>
  );
}

/** What is empty in the form is no next queue, and no keeping time of its own. */
function cleaned({ successQueue, failedQueue, keepDays, ...rest }: QueueSettings): QueueSettings {
  return {
    ...rest,
    successQueue: successQueue || null,
    failedQueue: failedQueue || null,
    keepDays: keepDays ?? null,
  };
}

function Versions({ queue }: { queue: Queue }) {
  const { queues: texts } = useTexts();
  const { data: versions = [], error } = useQueueVersionsQuery(queue.name);
  return (
    <Panel title={texts.versions}>
      {error && <ProblemNote problem={error} />}
      <ul className="rows">
        {versions.map((version) => (
          <Version key={version.version} queue={queue} version={version} />
        ))}
      </ul>
    </Panel>
  );
}

function Version({ queue, version: { version, by, at, changes } }: { queue: Queue; version: QueueVersion }) {
  const { queues: texts } = useTexts();
  const act = useAct();
  const [restore] = useRestoreQueueVersionMutation();
  const said = changes.map(({ field, before, after }) => `${field}: ${short(before)} → ${short(after)}`);
  return (
    <li className="row">
      <span className="row-name">{texts.version(version)}</span>
      <span className="row-note">
        {by} · <Ago at={at} />
      </span>
      <span className="row-text">{said.join(", ")}</span>
      {version !== queue.version && (
        <Button
          size="small"
          className="row-button"
          onClick={() => void act(restore({ queue: queue.name, version }), texts.restored(version))}
        >
          {texts.restore}
        </Button>
      )}
    </li>
  );
}

function short(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "–");
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
