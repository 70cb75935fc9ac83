import { PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, InputNumber, Modal, Select } from "antd";
import { useState } from "react";
import {
  type NewToken,
  type Token,
  useCreateTokenMutation,
  useRevokeTokenMutation,
  useTokensQuery,
} from "../../api/settings-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Code } from "../../parts/Code.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { type Column, Table } from "../../parts/Table.tsx";
import { useDanger } from "../../parts/use-danger.ts";
import { Words } from "../../parts/Words.tsx";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";

const kinds = [
  "documents",
  "files",
  "queues",
  "items",
  "messages",
  "packages",
  "jobs",
  "runners",
  "users",
  "tokens",
];

/** One's own tokens. */
export function TokensPanel() {
  const { settings: texts } = useTexts();
  const { data, error, refetch } = useTokensQuery();
  const [isMaking, setMaking] = useState(false);
  const columns = useColumns();
  const make = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {texts.newToken}
    </Button>
  );
  return (
    <>
      {error && <ProblemNote problem={error} onRetry={() => void refetch()} />}
      {data?.length === 0 ? (
        <div className="panel">
          <Empty action={make}>{texts.tokensEmpty}</Empty>
        </div>
      ) : (
        <>
          <div className="buttons">{make}</div>
          <Table label={texts.tokens} columns={columns} rows={data ?? []} keyOf={({ id }) => id} />
        </>
      )}
      {isMaking && <NewTokenDialog onClose={() => setMaking(false)} />}
    </>
  );
}

function useColumns(): Column<Token>[] {
  const { settings: texts, app } = useTexts();
  const formats = useFormats();
  const danger = useDanger();
  const [revoke] = useRevokeTokenMutation();
  const ask = ({ id, name }: Token) =>
    danger({
      title: texts.revokeTitle(name),
      content: texts.revokeText,
      okText: texts.revoke,
      act: () => revoke(id),
    });
  return [
    { key: "name", title: texts.name, wide: true, render: ({ name }) => name },
    {
      key: "scopes",
      title: texts.scopes,
      render: ({ scopes }) => (scopes === null ? texts.scopesAll : <Words words={scopes} />),
    },
    {
      key: "used",
      title: texts.used,
      numeric: true,
      render: ({ lastUsedAt }) => (lastUsedAt === null ? app.never : <Ago at={lastUsedAt} />),
    },
    {
      key: "expires",
      title: texts.expires,
      numeric: true,
      render: ({ expiresAt }) => formats.moment(expiresAt),
    },
    {
      key: "revoke",
      title: <span className="hidden">{texts.revoke}</span>,
      numeric: true,
      render: (token) => (
        <Button size="small" danger onClick={() => ask(token)}>
          {texts.revoke}
        </Button>
      ),
    },
  ];
}

function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const { settings: texts, app } = useTexts();
  const [form] = Form.useForm<NewToken>();
  const [create, { data, error, isLoading }] = useCreateTokenMutation();
  const submit = ({ name, scopes, expiresInDays }: NewToken) =>
    create({ name, expiresInDays, ...(scopes?.length ? { scopes } : {}) });
  const scopes = kinds.flatMap((kind) => [`${kind}:read`, `${kind}:write`]);
  const options = [...scopes, "events:read", "watch:read", "admin"].map((value) => ({ value, label: value }));
  const footer =
    data === undefined ? (
      <Button type="primary" loading={isLoading} onClick={() => form.submit()}>
        {texts.newToken}
      </Button>
    ) : (
      <Button onClick={onClose}>{app.close}</Button>
    );
  return (
    <Modal open title={texts.newToken} footer={footer} onCancel={onClose}>
      {data === undefined ? (
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={{ expiresInDays: 90 }}
          onFinish={(token) => void submit(token)}
        >
          <Form.Item name="name" label={texts.name} rules={[{ required: true }]}>
            <Input autoFocus maxLength={100} />
          </Form.Item>
          <Form.Item name="scopes" label={texts.scopes} extra={texts.scopesHint}>
            <Select mode="multiple" options={options} />
          </Form.Item>
          <Form.Item name="expiresInDays" label={texts.days}>
            <InputNumber min={1} max={365} precision={0} className="full" />
          </Form.Item>
        </Form>
      ) : (
        <>
          <p>{texts.tokenOnce}</p>
          <Code label={texts.token} text={data.token} />
        </>
      )}
      {error && <ProblemNote problem={error} />}
    </Modal>
  );
}
