import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Modal, Radio, Select } from "antd";
import { useState } from "react";
import {
  type Exchange,
  type MessageQueue,
  type NewExchange,
  useBindMutation,
  useDeclareExchangeMutation,
  useDeleteExchangeMutation,
  useExchangesQuery,
  useUnbindMutation,
} from "../../api/messages-api.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useAct } from "../../parts/use-act.ts";
import { useDanger } from "../../parts/use-danger.ts";
import { useTexts } from "../../texts/use-texts.ts";

const kinds = ["direct", "fanout", "topic", "header"] as const;

/** The exchanges with where they lead. */
export function ExchangesPanel({ queues }: { queues: MessageQueue[] }) {
  const { messages: texts } = useTexts();
  const { data = [], error } = useExchangesQuery();
  const [isMaking, setMaking] = useState(false);
  const [bound, setBound] = useState<string>();
  const make = (
    <Button icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {texts.createExchange}
    </Button>
  );
  return (
    <Panel title={texts.exchanges} more={make}>
      {error && <ProblemNote problem={error} />}
      {data.length === 0 && <Empty>{texts.exchangesEmpty}</Empty>}
      <ul className="rows">
        {data.map((exchange) => (
          <ExchangeRow key={exchange.id} exchange={exchange} onBind={() => setBound(exchange.name)} />
        ))}
      </ul>
      {isMaking && <NewExchangeDialog onClose={() => setMaking(false)} />}
      {bound !== undefined && (
        <BindDialog exchange={bound} queues={queues} onClose={() => setBound(undefined)} />
      )}
    </Panel>
  );
}

function ExchangeRow({ exchange, onBind }: { exchange: Exchange; onBind: () => void }) {
  const { messages: texts, app } = useTexts();
  const danger = useDanger();
  const act = useAct();
  const [remove] = useDeleteExchangeMutation();
  const [unbind] = useUnbindMutation();
  const { name, kind, bindings } = exchange;
  const ask = () =>
    danger({
      title: texts.removeExchangeTitle(name),
      content: texts.removeExchangeText,
      okText: app.remove,
      act: () => remove(name),
    });
  return (
    <li className="row">
      <span className="row-name">
        {name} <span className="badge">{kind}</span>
      </span>
      <span>
        <Button size="small" onClick={onBind}>
          {texts.bind}
        </Button>{" "}
        <Button
          size="small"
          type="text"
          icon={<DeleteOutlined />}
          aria-label={texts.removeExchange(name)}
          onClick={ask}
        />
      </span>
      <span className="row-text">{bindings.length === 0 && texts.noBindings}</span>
      {bindings.map((rule) => (
        <span key={JSON.stringify(rule)} className="row-text">
          {rule.routingKey === "" ? "" : `${rule.routingKey} `}→ {rule.queue}{" "}
          <Button
            size="small"
            type="text"
            icon={<DeleteOutlined />}
            aria-label={texts.unbind(rule.queue)}
            onClick={() => void act(unbind({ exchange: name, rule }))}
          />
        </span>
      ))}
    </li>
  );
}

function NewExchangeDialog({ onClose }: { onClose: () => void }) {
  const { messages: texts, app } = useTexts();
  const [form] = Form.useForm<NewExchange>();
  const [declare, { error, isLoading }] = useDeclareExchangeMutation();
  const submit = async (exchange: NewExchange) => {
    const answer = await declare(exchange);
    if (answer.data !== undefined) onClose();
  };
  return (
    <Modal
      open
      title={texts.createExchange}
      okText={texts.createExchange}
      cancelText={app.cancel}
      confirmLoading={isLoading}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ kind: "direct" }}
        onFinish={(exchange) => void submit(exchange)}
      >
        <Form.Item name="name" label={texts.name} extra={texts.nameHint} rules={[{ required: true }]}>
          <Input autoFocus maxLength={100} spellCheck={false} />
        </Form.Item>
        <Form.Item name="kind" label={texts.kind}>
          <Radio.Group options={[...kinds]} />
        </Form.Item>
      </Form>
      {error && <ProblemNote problem={error} />}
    </Modal>
  );
}

interface BindDialogProps {
  exchange: string;
  queues: MessageQueue[];
  onClose: () => void;
}

function BindDialog({ exchange, queues, onClose }: BindDialogProps) {
  const { messages: texts, app } = useTexts();
  const [form] = Form.useForm<{ queue: string; routingKey?: string }>();
  const [bind, { error, isLoading }] = useBindMutation();
  const submit = async ({ queue, routingKey }: { queue: string; routingKey?: string }) => {
    const answer = await bind({ exchange, rule: { queue, ...(routingKey ? { routingKey } : {}) } });
    if (answer.error === undefined) onClose();
  };
  return (
    <Modal
      open
      title={texts.bindTitle(exchange)}
      okText={texts.bind}
      cancelText={app.cancel}
      confirmLoading={isLoading}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(rule) => void submit(rule)}>
        <Form.Item name="queue" label={texts.queues} rules={[{ required: true }]}>
          <Select showSearch options={queues.map(({ name }) => ({ value: name, label: name }))} />
        </Form.Item>
        <Form.Item name="routingKey" label={texts.routingKey} extra={texts.routingKeyHint}>
          <Input maxLength={255} spellCheck={false} />
        </Form.Item>
      </Form>
      {error && <ProblemNote problem={error} />}
    </Modal>
  );
}
