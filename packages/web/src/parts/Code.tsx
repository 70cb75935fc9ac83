import { CopyOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useTexts } from "../texts/use-texts.ts";

/** A text to be copied: a command, a program, a token. */
export function Code({ text, label }: { text: string; label: string }) {
  const { app } = useTexts();
  const { message } = App.useApp();
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    void message.success(app.copied);
  };
  return (
    <div className="code-box">
      <pre className="code" tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <Button
        type="text"
        className="code-copy"
        icon={<CopyOutlined />}
        aria-label={`${app.copy}: ${label}`}
        onClick={() => void copy()}
      />
    </div>
  );
}
