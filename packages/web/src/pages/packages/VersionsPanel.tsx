import { Button, Form, Input, Modal } from "antd";
import { useState } from "react";
import {
  type PackageVersion,
  usePackageVersionsQuery,
  usePromotePackageMutation,
  useYankVersionMutation,
} from "../../api/packages-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useAct } from "../../parts/use-act.ts";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";

type Asked = { what: "promote" | "yank"; version: string };

/** Every version, those published last first; what is promoted or taken back is asked for by dialog. */
export function VersionsPanel({ name }: { name: string }) {
  const { packages: texts } = useTexts();
  const { data: versions = [], error } = usePackageVersionsQuery(name);
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  return (
    <Panel title={texts.versions}>
      {error && <ProblemNote problem={error} />}
      <ul className="rows">
        {versions.map((version) => (
          <VersionRow key={version.version} name={name} version={version} onAsk={setAsked} />
        ))}
      </ul>
      {asked?.what === "promote" && <Promote name={name} version={asked.version} onClose={close} />}
      {asked?.what === "yank" && <Yank name={name} version={asked.version} onClose={close} />}
    </Panel>
  );
}

interface VersionRowProps {
  name: string;
  version: PackageVersion;
  onAsk: (asked: Asked) => void;
}

function VersionRow({ name, version: entry, onAsk }: VersionRowProps) {
  const { packages: texts, app } = useTexts();
  const formats = useFormats();
  const { version, runtime, size, publishedAt, publishedBy, yankedAt, yankedReason, digest } = entry;
  const content = `/api/v1/packages/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}/content`;
  return (
    <li className="row">
      <span className="row-name">
        {version} {yankedAt !== null && <span className="badge">{texts.yanked}</span>}
      </span>
      <span className="row-note">
        {publishedBy} · <Ago at={publishedAt} />
      </span>
      <span className="row-text" title={`${texts.digest} ${digest}`}>
        {[runtime, formats.bytes(size), yankedReason].filter(Boolean).join(" · ")}
      </span>
      <span className="row-buttons">
        <Button size="small" href={content} download>
          {app.download}
        </Button>
        {yankedAt === null && (
          <>
            <Button size="small" onClick={() => onAsk({ what: "promote", version })}>
              {texts.promote}
            </Button>
            <Button size="small" danger onClick={() => onAsk({ what: "yank", version })}>
              {texts.yank}
            </Button>
          </>
        )}
      </span>
    </li>
  );
}

interface AskProps {
  name: string;
  version: string;
  onClose: () => void;
}

function Promote({ name, version, onClose }: AskProps) {
  const { packages: texts, app } = useTexts();
  const act = useAct();
  const [form] = Form.useForm<{ channel: string }>();
  const [promote, { error, isLoading }] = usePromotePackageMutation();
  const submit = async ({ channel }: { channel: string }) => {
    if (await act(promote({ name, channel, version }), texts.promoted(channel, version))) onClose();
  };
  return (
    <Modal
      open
      title={texts.promoteTitle(version)}
      okText={texts.promote}
      cancelText={app.cancel}
      confirmLoading={isLoading}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ channel: "stable" }}
        onFinish={(to) => void submit(to)}
      >
        <Form.Item
          name="channel"
          label={texts.channel}
          extra={texts.channelHint}
          rules={[{ required: true }]}
        >
          <Input autoFocus maxLength={50} spellCheck={false} />
        </Form.Item>
      </Form>
      {error && <ProblemNote problem={error} />}
    </Modal>
  );
}

function Yank({ name, version, onClose }: AskProps) {
  const { packages: texts, app } = useTexts();
  const act = useAct();
  const [form] = Form.useForm<{ reason: string }>();
  const [yank, { error, isLoading }] = useYankVersionMutation();
  const submit = async ({ reason }: { reason: string }) => {
    if (await act(yank({ name, version, reason }))) onClose();
  };
  return (
    <Modal
      open
      title={texts.yankTitle(name, version)}
      okText={texts.yank}
      okButtonProps={{ danger: true }}
      cancelText={app.cancel}
      confirmLoading={isLoading}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p>{texts.yankText}</p>
      <Form form={form} layout="vertical" onFinish={(why) => void submit(why)}>
        <Form.Item name="reason" label={texts.yankReason} rules={[{ required: true }]}>
          <Input autoFocus maxLength={500} />
        </Form.Item>
      </Form>
      {error && <ProblemNote problem={error} />}
    </Modal>
  );
}
