import { PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Modal } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { type QueueStats, useQueueStatsQuery } from "../../api/overview-api.ts";
import { useCreateQueueMutation } from "../../api/work-items-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { type Column, Table } from "../../parts/Table.tsx";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { queuePath } from "./paths.ts";

/** Every queue that one may read, with what is in it. */
export function QueuesPage() {
  const { queues: texts } = useTexts();
  const { data, error, refetch } = useQueueStatsQuery();
  const [isMaking, setMaking] = useState(false);
  const columns = useColumns();
  const make = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {texts.create}
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
      {data !== undefined && data.length > 0 && (
        <Table label={texts.title} columns={columns} rows={data} keyOf={({ id }) => id} />
      )}
      {isMaking && <NewQueue onClose={() => setMaking(false)} />}
    </Page>
  );
}

function useColumns(): Column<QueueStats>[] {
  const { queues: texts } = useTexts();
  const formats = useFormats();
  const count = (queue: string, state: string, number: number) =>
    number === 0 ? (
      <span className="muted">0</span>
    ) : (
      <Link to={`${queuePath(queue)}?state=${state}`}>{formats.number(number)}</Link>
    );
  return [
    {
      key: "name",
      title: texts.name,
      wide: true,
      render: ({ name, paused }) => (
        <>
          <Link to={queuePath(name)} className="strong">
            {name}
          </Link>
          {paused && <span className="badge">{texts.paused}</span>}
        </>
      ),
    },
    {
      key: "waiting",
      title: texts.waiting,
      numeric: true,
      render: ({ name, counts }) => count(name, "new", counts.new + counts.retry),
    },
    {
      key: "processing",
      title: texts.processing,
      numeric: true,
      render: ({ name, counts }) => count(name, "processing", counts.processing),
    },
    {
      key: "failed",
      title: texts.failed,
      numeric: true,
      render: ({ name, counts }) => count(name, "failed", counts.failed + counts.abandoned),
    },
    {
      key: "successful",
      title: texts.successful,
      numeric: true,
      render: ({ name, counts }) => count(name, "successful", counts.successful),
    },
    {
      key: "oldest",
      title: texts.oldest,
      numeric: true,
      render: ({ oldestWaitingAt }) =>
        oldestWaitingAt === null ? <span className="muted">–</span> : <Ago at={oldestWaitingAt} age />,
    },
  ];
}

function NewQueue({ onClose }: { onClose: () => void }) {
  const { queues: texts, app } = useTexts();
  const navigate = useNavigate();
  const [form] = Form.useForm<{ name: string; description?: string }>();
  const [createQueue, { error, isLoading }] = useCreateQueueMutation();
  const submit = async (queue: { name: string; description?: string }) => {
    const answer = await createQueue(queue);
    if (answer.data !== undefined) void navigate(queuePath(answer.data.name));
  };
  return (
    <Modal
      open
      title={texts.create}
      okText={texts.create}
      cancelText={app.cancel}
      confirmLoading={isLoading}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(queue) => void submit(queue)}>
        <Form.Item name="name" label={texts.name} extra={texts.nameHint} rules={[{ required: true }]}>
          <Input autoFocus spellCheck={false} maxLength={100} />
        </Form.Item>
        <Form.Item name="description" label={texts.description}>
          <Input maxLength={2_000} />
        </Form.Item>
      </Form>
      {error && <ProblemNote problem={error} />}
    </Modal>
  );
}
