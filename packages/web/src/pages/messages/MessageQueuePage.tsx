import { Button, Modal } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import {
  type MessageQueue,
  useDeleteMessageQueueMutation,
  useMessageQueueQuery,
  usePublishMutation,
  useUpdateMessageQueueMutation,
} from "../../api/messages-api.ts";
import { AclEditor } from "../../parts/AclEditor.tsx";
import { Facts } from "../../parts/Facts.tsx";
import { JsonText } from "../../parts/JsonText.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page, Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useAct } from "../../parts/use-act.ts";
import { useDanger } from "../../parts/use-danger.ts";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { NextMessage } from "./NextMessage.tsx";

const rights = ["read", "update", "delete", "invoke"] as const;

/** One message queue: how it keeps messages, one to send, the next to look at. */
export function MessageQueuePage() {
  const { queue: name = "" } = useParams();
  const { messages: texts } = useTexts();
  const { data, error, refetch } = useMessageQueueQuery(name);
  const [update] = useUpdateMessageQueueMutation();
  const path = [{ to: "/messages", label: texts.title }];
  if (data === undefined || error !== undefined) {
    return (
      <Page title={name} path={path}>
        {error ? <ProblemNote problem={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
  return (
    <Page
      title={data.name}
      path={path}
      note={data.kind === "stream" && <span className="badge">{texts.kindStream}</span>}
      actions={<QueueActions name={name} />}
    >
      {data.description !== "" && <p className="muted">{data.description}</p>}
      <div className="columns">
        <div className="column">
          {data.kind === "queue" && <NextMessage queue={name} />}
          <Panel title={texts.access}>
            <AclEditor
              key={data.version}
              acl={data.acl}
              rights={rights}
              save={(acl) => update({ name, acl })}
            />
          </Panel>
        </div>
        <QueueFacts queue={data} />
      </div>
    </Page>
  );
}

function QueueActions({ name }: { name: string }) {
  const { messages: texts, app } = useTexts();
  const danger = useDanger();
  const navigate = useNavigate();
  const [remove] = useDeleteMessageQueueMutation();
  const [isSending, setSending] = useState(false);
  const ask = () =>
    danger({
      title: texts.removeQueueTitle(name),
      content: texts.removeQueueText,
      okText: app.remove,
      act: async () => {
        const answer = await remove(name);
        if (answer.error === undefined) void navigate("/messages");
        return answer;
      },
    });
  return (
    <>
      <Button danger onClick={ask}>
        {texts.removeQueue}
      </Button>
      <Button type="primary" onClick={() => setSending(true)}>
        {texts.publish}
      </Button>
      {isSending && <PublishDialog queue={name} onClose={() => setSending(false)} />}
    </>
  );
}

function PublishDialog({ queue, onClose }: { queue: string; onClose: () => void }) {
  const { messages: texts, app } = useTexts();
  const act = useAct();
  const [text, setText] = useState("{\n  \n}");
  const [publish, { error, isLoading }] = usePublishMutation();
  const parsed = parse(text);
  const send = async () => {
    if (parsed === undefined) return;
    if (await act(publish({ queue, data: parsed.data }), texts.published)) onClose();
  };
  return (
    <Modal
      open
      width={640}
      title={texts.publish}
      okText={texts.publish}
      cancelText={app.cancel}
      confirmLoading={isLoading}
      okButtonProps={{ disabled: parsed === undefined }}
      onOk={() => void send()}
      onCancel={onClose}
    >
      <JsonText label={texts.data} value={text} onChange={setText} onSave={() => void send()} />
      <p className="muted">{parsed === undefined ? texts.dataBroken : texts.dataHint}</p>
      {error && <ProblemNote problem={error} />}
    </Modal>
  );
}

function QueueFacts({ queue }: { queue: MessageQueue }) {
  const { messages: texts, app } = useTexts();
  const formats = useFormats();
  const { deadLetter, expiryMs } = queue;
  return (
    <Panel title={texts.facts}>
      <Facts
        facts={[
          ["Id", <span className="mono">{queue.id}</span>],
          [texts.expiry, expiryMs === null ? texts.forEver : formats.duration(expiryMs)],
          [texts.deliveries, formats.number(queue.deliveriesMax)],
          [texts.deadLetter, deadLetter?.queue ?? deadLetter?.exchange],
          [texts.durable, queue.durable ? app.yes : app.no],
          [texts.priorityMax, formats.number(queue.priorityMax)],
          [texts.lengthMax, formats.number(queue.lengthMax)],
        ]}
      />
    </Panel>
  );
}

function parse(text: string): { data: unknown } | undefined {
  try {
    return { data: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
