import { Button, Form, Input } from "antd";
import { useEndSessionMutation, useSessionsQuery, useSetPasswordMutation } from "../../api/settings-api.ts";
import type { WhoAmI } from "../../api/session-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Facts } from "../../parts/Facts.tsx";
import { Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useAct } from "../../parts/use-act.ts";
import { Words } from "../../parts/Words.tsx";
import { useTexts } from "../../texts/use-texts.ts";

/** Who one is, where one is signed in, and another password. */
export function AccountPanel({ who }: { who: WhoAmI }) {
  const { settings: texts } = useTexts();
  return (
    <div className="columns">
      <div className="column">
        <Panel title={texts.account}>
          <Facts
            facts={[
              [texts.name, who.user.name],
              [texts.email, who.user.email],
              [texts.yourRoles, <Words words={who.roles.map(({ name }) => name)} />],
              [texts.made, <Ago at={who.user.createdAt} />],
            ]}
          />
        </Panel>
        <Sessions />
      </div>
      <ChangePassword user={who.user.id} />
    </div>
  );
}

function Sessions() {
  const { settings: texts } = useTexts();
  const act = useAct();
  const { data = [], error } = useSessionsQuery();
  const [end] = useEndSessionMutation();
  return (
    <Panel title={texts.sessions}>
      {error && <ProblemNote problem={error} />}
      <ul className="rows">
        {data.map(({ id, address, userAgent, seenAt, current }) => (
          <li key={id} className="row">
            <span className="row-name">
              {address} {current && <span className="badge">{texts.thisOne}</span>}
            </span>
            <span className="row-note">
              <Ago at={seenAt} />
            </span>
            <span className="row-text">{userAgent}</span>
            {!current && (
              <Button size="small" className="row-button" onClick={() => void act(end(id))}>
                {texts.endSession}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function ChangePassword({ user }: { user: string }) {
  const { settings: texts } = useTexts();
  const [setPassword, { error, isLoading }] = useSetPasswordMutation();
  return (
    <Panel title={texts.password}>
      <Form
        layout="vertical"
        requiredMark={false}
        onFinish={(change: { password: string; oldPassword: string }) =>
          void setPassword({ user, ...change })
        }
      >
        <Form.Item name="oldPassword" label={texts.oldPassword} rules={[{ required: true }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="password"
          label={texts.newPassword}
          extra={texts.passwordHint}
          rules={[{ required: true, min: 8, max: 256 }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        {error && <ProblemNote problem={error} />}
        <Button htmlType="submit" loading={isLoading}>
          {texts.setPassword}
        </Button>
      </Form>
    </Panel>
  );
}
