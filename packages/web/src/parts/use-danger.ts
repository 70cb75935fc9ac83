import { App } from "antd";
import { useTexts } from "../texts/use-texts.ts";
import type { AnyProblem } from "./ProblemNote.tsx";
import { asProblem } from "./ProblemNote.tsx";

interface Danger {
  /** Names what is destroyed. */
  title: string;
  /** What is lost with it, and whether it comes back. */
  content: string;
  okText: string;
  act: () => Promise<{ error?: AnyProblem } | void>;
}

/** Asks before something is destroyed; what does not work is said where it was asked. */
export function useDanger(): (danger: Danger) => void {
  const { modal, message } = App.useApp();
  const { app } = useTexts();
  return ({ title, content, okText, act }) => {
    modal.confirm({
      title,
      content,
      okText,
      cancelText: app.cancel,
      okButtonProps: { danger: true },
      autoFocusButton: "cancel",
      onOk: async () => {
        const answer = await act();
        if (answer?.error !== undefined) void message.error(asProblem(answer.error).detail, 8);
      },
    });
  };
}
