import type { NewItem } from "@millrace/sdk";
import { App, Form, Input, InputNumber, Modal } from "antd";
import { useState } from "react";
import { usePushItemMutation } from "../../api/work-items-api.ts";
import { JsonText } from "../../parts/JsonText.tsx";
import { parseObject } from "../../parts/json-object.ts";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useTexts } from "../../texts/use-texts.ts";

interface Wanted {
  name?: string;
  priority?: number | null;
  dueAt?: string;
  orderKey?: string;
}

/** Pushes one item by hand. */
export function PushDialog({ queue, onClose }: { queue: string; onClose: () => void }) {
  const { items: texts, app } = useTexts();
  const { message } = App.useApp();
  const [form] = Form.useForm<Wanted>();
  const [payload, setPayload] = useState("{\n  \n}");
  const [pushItem, { error, isLoading }] = usePushItemMutation();
  const parsed = parseObject(payload);
  const submit = async (wanted: Wanted) => {
    if (parsed === undefined) return;
    const answer = await pushItem({ queue, item: itemOf(parsed, wanted) });
    if (answer.error !== undefined) return;
    void message.success(texts.pushed);
    onClose();
  };
  return (
    <Modal
      open
      width={640}
      title={texts.push}
      okText={texts.push}
      cancelText={app.cancel}
      confirmLoading={isLoading}
      okButtonProps={{ disabled: parsed === undefined }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" onFinish={(wanted) => void submit(wanted)}>
        <Form.Item
          label={texts.payload}
          extra={parsed === undefined ? texts.payloadBroken : texts.payloadHint}
          validateStatus={parsed === undefined ? "error" : undefined}
        >
          <JsonText
            label={texts.payload}
            value={payload}
            onChange={setPayload}
            onSave={() => form.submit()}
          />
        </Form.Item>
        <div className="fields">
          <Form.Item name="name" label={texts.label}>
            <Input maxLength={500} />
          </Form.Item>
          <Form.Item name="priority" label={texts.priority}>
            <InputNumber min={-1_000_000} max={1_000_000} precision={0} placeholder="0" className="full" />
          </Form.Item>
          <Form.Item name="dueAt" label={texts.dueAt}>
            <Input type="datetime-local" />
          </Form.Item>
          <Form.Item name="orderKey" label={texts.orderKey} extra={texts.orderKeyHint}>
            <Input maxLength={200} />
          </Form.Item>
        </div>
      </Form>
      {error && <ProblemNote problem={error} />}
    </Modal>
  );
}

/** What was left empty is left out. */
function itemOf(payload: Record<string, unknown>, { name, priority, dueAt, orderKey }: Wanted): NewItem {
  return {
    payload,
    ...(name ? { name } : {}),
    ...(typeof priority === "number" ? { priority } : {}),
    ...(dueAt ? { dueAt: new Date(dueAt).toISOString() } : {}),
    ...(orderKey ? { orderKey } : {}),
  };
}
