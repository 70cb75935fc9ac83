import { Alert, Button, Form, Input } from "antd";
import type { ReactNode } from "react";
import { useState } from "react";
import { Link, useLocation } from "react-router";
import { useSignInMutation, useUsePasswordResetMutation } from "../../api/session-api.ts";
import { Logo } from "../../parts/Logo.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useTexts } from "../../texts/use-texts.ts";

/** Asks who one is, at whatever address one came to; signing in leads on there. */
export function SignInPage() {
  const { signIn: texts } = useTexts();
  const [signIn, { error, isLoading }] = useSignInMutation();
  return (
    <LonePage title={texts.title}>
      <Form
        layout="vertical"
        requiredMark={false}
        disabled={isLoading}
        onFinish={(who: { name: string; password: string }) => void signIn(who)}
      >
        <Form.Item name="name" label={texts.name} rules={[{ required: true, message: texts.nameMissing }]}>
          <Input autoComplete="username" autoFocus spellCheck={false} autoCapitalize="none" />
        </Form.Item>
        <Form.Item
          name="password"
          label={texts.password}
          rules={[{ required: true, message: texts.passwordMissing }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        {error && <ProblemNote problem={error} />}
        <Button type="primary" htmlType="submit" block loading={isLoading}>
          {texts.submit}
        </Button>
      </Form>
      <p className="muted">{texts.firstStart}</p>
      <p className="muted">{texts.forgotten}</p>
    </LonePage>
  );
}

/** Where a reset link leads. Its token stands behind the `#`, so that no server or proxy ever logs it. */
export function NewPasswordPage() {
  const { signIn: texts } = useTexts();
  const { hash } = useLocation();
  const [setPassword, { error, isLoading }] = useUsePasswordResetMutation();
  const [isSet, setIsSet] = useState(false);
  const submit = async ({ password }: { password: string }) => {
    const answer = await setPassword({ token: hash.slice(1), password });
    setIsSet(answer.error === undefined);
  };
  if (isSet) {
    return (
      <LonePage title={texts.newPasswordTitle}>
        <Alert type="success" showIcon title={texts.passwordSet} />
        <Link to="/">{texts.title}</Link>
      </LonePage>
    );
  }
  return (
    <LonePage title={texts.newPasswordTitle}>
      <p className="muted">{texts.newPasswordHint}</p>
      <Form
        layout="vertical"
        requiredMark={false}
        disabled={isLoading}
        onFinish={(form) => void submit(form)}
      >
        <Form.Item name="password" label={texts.newPassword} rules={[{ required: true, min: 8, max: 256 }]}>
          <Input.Password autoComplete="new-password" autoFocus />
        </Form.Item>
        <Form.Item
          name="again"
          label={texts.newPasswordAgain}
          dependencies={["password"]}
          rules={[
            { required: true },
            ({ getFieldValue }) => ({
              validator: (_rule, value) =>
                value === getFieldValue("password")
                  ? Promise.resolve()
                  : Promise.reject(new Error(texts.newPasswordDiffers)),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        {error && <ProblemNote problem={error} />}
        <Button type="primary" htmlType="submit" block loading={isLoading}>
          {texts.setPassword}
        </Button>
      </Form>
    </LonePage>
  );
}

function LonePage({ title, children }: { title: string; children: ReactNode }) {
  const { app } = useTexts();
  return (
    <main className="lone">
      <div className="lone-card">
        <Logo name={app.name} />
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
