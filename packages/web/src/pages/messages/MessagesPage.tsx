import { PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Modal, Radio } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import {
  type MessageQueue,
  type NewMessageQueue,
  useDeclareMessageQueueMutation,
  useMessageQueuesQuery,
} from "../../api/messages-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { type Column, Table } from "../../parts/Table.tsx";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { ExchangesPanel } from "./ExchangesPanel.tsx";

/** The message queues and exchanges that one may read. */
export function MessagesPage() {
  const { messages: texts } = useTexts();
  const { data, error, refetch } = useMessageQueuesQuery();
  const [isMaking, setMaking] = useState(false);
  const make = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {texts.createQueue}
    </Button>
  );
  return (
    <Page title={texts.title} actions={data?.length === 0 ? undefined : make}>
      {error && <ProblemNote problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === undefined && <Loading />}
      {data?.length === 0 && (
        <div className="panel">
          <Empty action={make}>{texts.empty}</Empty>
        </div>
      )}
      {data !== undefined && data.length > 0 && <QueueTable queues={data} />}
      <ExchangesPanel queues={data ?? []} />
      {isMaking && <NewQueue onClose={() => setMaking(false)} />}
    </Page>
  );
}

function QueueTable({ queues }: { queues: MessageQueue[] }) {
  const { messages: texts } = useTexts();
  const formats = useFormats();
  const columns: Column<MessageQueue>[] = [
    {
      key: "name",
      title: texts.name,
      wide: true,
      render: ({ name }) => (
        <Link to={`/messages/${encodeURIComponent(name)}`} className="strong">
          {name}
        </Link>
      ),
    },
    {
      key: "kind",
      title: texts.kind,
      render: ({ kind }) => (kind === "stream" ? texts.kindStream : texts.kindQueue),
    },
    {
      key: "expiry",
      title: texts.expiry,
      render: ({ expiryMs }) => (expiryMs === null ? texts.forEver : formats.duration(expiryMs)),
    },
    {
      key: "dead",
      title: texts.deadLetter,
      render: ({ deadLetter }) => deadLetter?.queue ?? deadLetter?.exchange ?? "–",
    },
    { key: "at", title: texts.changed, numeric: true, render: ({ modifiedAt }) => <Ago at={modifiedAt} /> },
  ];
  return <Table label={texts.queues} columns={columns} rows={queues} keyOf={({ id }) => id} />;
}

function NewQueue({ onClose }: { onClose: () => void }) {
  const { messages: texts, app } = useTexts();
  const navigate = useNavigate();
  const [form] = Form.useForm<NewMessageQueue>();
  const [declare, { error, isLoading }] = useDeclareMessageQueueMutation();
  const submit = async (queue: NewMessageQueue) => {
    const answer = await declare(queue);
    if (answer.data !== undefined) void navigate(`/messages/${encodeURIComponent(answer.data.name)}`);
  };
  const kinds = [
    { value: "queue", label: texts.kindQueue },
    { value: "stream", label: texts.kindStream },
  ];
  return (
    <Modal
      open
      title={texts.createQueue}
      okText={texts.createQueue}
      cancelText={app.cancel}
      confirmLoading={isLoading}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ kind: "queue" }}
        onFinish={(queue) => void submit(queue)}
      >
        <Form.Item name="name" label={texts.name} extra={texts.nameHint} rules={[{ required: true }]}>
          <Input autoFocus maxLength={100} spellCheck={false} />
        </Form.Item>
        <Form.Item name="kind" label={texts.kind} extra={texts.kindHint}>
          <Radio.Group options={kinds} />
        </Form.Item>
      </Form>
      {error && <ProblemNote problem={error} />}
    </Modal>
  );
}
