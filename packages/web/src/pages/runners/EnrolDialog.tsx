import { Alert, Button, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useAllRunnersQuery } from "../../api/overview-api.ts";
import { type EnrolmentToken, useCreateEnrolmentTokenMutation } from "../../api/runners-api.ts";
import { Code } from "../../parts/Code.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";

/** Makes a token, and says exactly what to type where; tells when the runner has come. */
export function EnrolDialog({ onClose }: { onClose: () => void }) {
  const { runners: texts, app } = useTexts();
  const [form] = Form.useForm<{ name?: string; tags?: string[] }>();
  const [create, { data: token, error, isLoading }] = useCreateEnrolmentTokenMutation();
  const submit = ({ name, tags }: { name?: string; tags?: string[] }) =>
    create({ ...(name ? { name } : {}), ...(tags?.length ? { tags } : {}) });
  const buttons =
    token === undefined ? (
      <Button type="primary" loading={isLoading} onClick={() => form.submit()}>
        {texts.makeToken}
      </Button>
    ) : (
      <Button onClick={onClose}>{app.close}</Button>
    );
  return (
    <Modal open width={620} title={texts.enrol} footer={buttons} onCancel={onClose}>
      {token === undefined ? (
        <Form form={form} layout="vertical" onFinish={(wanted) => void submit(wanted)}>
          <Form.Item name="name" label={texts.name} extra={texts.nameHint}>
            <Input autoFocus maxLength={100} spellCheck={false} />
          </Form.Item>
          <Form.Item name="tags" label={texts.tags} extra={texts.tagsHint}>
            <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", " "]} />
          </Form.Item>
        </Form>
      ) : (
        <Commands token={token} />
      )}
      {error && <ProblemNote problem={error} />}
    </Modal>
  );
}

function Commands({ token }: { token: EnrolmentToken }) {
  const { runners: texts } = useTexts();
  const formats = useFormats();
  const { data: runners = [] } = useAllRunnersQuery();
  const [before] = useState(() => new Set(runners.map(({ id }) => id)));
  const came = runners.find(({ id }) => !before.has(id));
  return (
    <div className="stack">
      <div>
        <p>{texts.onMachine}</p>
        <Code label={texts.become} text={enrolCommand(token.token)} />
      </div>
      <div>
        <p>{texts.begin}</p>
        <Code label={texts.startIt} text="millrace runner start" />
      </div>
      <p className="muted">{texts.once(formats.moment(token.expiresAt))}</p>
      <div role="status">
        {came === undefined ? (
          <p className="muted">{texts.waiting}</p>
        ) : (
          <Alert type="success" showIcon title={texts.came(came.name)} />
        )}
      </div>
    </div>
  );
}

/** Over plain http to another machine the command line wants to hear that this is meant. */
function enrolCommand(token: string): string {
  const isOpen = location.protocol === "http:" && !/^(localhost|127\.|\[::1\])/.test(location.hostname);
  return `millrace --url ${location.origin} runner enroll --token ${token}${isOpen ? " --insecure" : ""}`;
}
