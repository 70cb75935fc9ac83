import { lazy, Suspense } from "react";
import { Loading } from "./Loading.tsx";

const Editor = lazy(() => import("./JsonEditor.tsx").then(({ JsonEditor }) => ({ default: JsonEditor })));

interface JsonTextProps {
  value: string;
  label: string;
  /** Without it the text is shown and cannot be changed. */
  onChange?: (text: string) => void;
  onSave?: () => void;
}

/** JSON to read or to change; its editor comes when the first one is shown. */
export function JsonText(props: JsonTextProps) {
  return (
    <Suspense fallback={<Loading />}>
      <Editor {...props} />
    </Suspense>
  );
}

export function prettyJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2) ?? "";
}
