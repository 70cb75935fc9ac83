import { PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Modal } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import {
  type Collection,
  useCollectionsQuery,
  useCreateCollectionMutation,
} from "../../api/documents-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { type Column, Table } from "../../parts/Table.tsx";
import { useTexts } from "../../texts/use-texts.ts";
import { collectionPath } from "./paths.ts";

export function CollectionsPage() {
  const { documents: texts } = useTexts();
  const { data, error, refetch } = useCollectionsQuery();
  const [isMaking, setMaking] = useState(false);
  const columns: Column<Collection>[] = [
    {
      key: "name",
      title: texts.collection,
      wide: true,
      render: ({ name }) => (
        <Link to={collectionPath(name)} className="strong">
          {name}
        </Link>
      ),
    },
    { key: "by", title: texts.createdBy, render: ({ createdBy }) => createdBy },
    { key: "at", title: texts.made, numeric: true, render: ({ createdAt }) => <Ago at={createdAt} /> },
  ];
  const make = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {texts.newCollection}
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
        <Table label={texts.title} columns={columns} rows={data} keyOf={({ name }) => name} />
      )}
      {isMaking && <NewCollection onClose={() => setMaking(false)} />}
    </Page>
  );
}

function NewCollection({ onClose }: { onClose: () => void }) {
  const { documents: texts, app } = useTexts();
  const navigate = useNavigate();
  const [form] = Form.useForm<{ name: string }>();
  const [create, { error, isLoading }] = useCreateCollectionMutation();
  const submit = async ({ name }: { name: string }) => {
    const answer = await create(name);
    if (answer.data !== undefined) void navigate(collectionPath(answer.data.name));
  };
  return (
    <Modal
      open
      title={texts.newCollection}
      okText={texts.newCollection}
      cancelText={app.cancel}
      confirmLoading={isLoading}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(wanted) => void submit(wanted)}>
        <Form.Item
          name="name"
          label={texts.collection}
          extra={texts.collectionHint}
          rules={[{ required: true }]}
        >
          <Input autoFocus spellCheck={false} maxLength={100} />
        </Form.Item>
      </Form>
      {error && <ProblemNote problem={error} />}
    </Modal>
  );
}
