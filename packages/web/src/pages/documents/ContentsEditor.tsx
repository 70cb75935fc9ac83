import { Alert, Button } from "antd";
import { useEffect, useState } from "react";
import { type StoredDocument, useReplaceDocumentMutation } from "../../api/documents-api.ts";
import { parseObject } from "../../parts/json-object.ts";
import { JsonText, prettyJson } from "../../parts/JsonText.tsx";
import { Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useAct } from "../../parts/use-act.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { contentsOf, keptOf } from "./contents.ts";

interface Draft {
  text: string;
  /** What was stored when the change was begun: saving refuses to undo what others did since. */
  base: StoredDocument;
}

/** The contents as JSON. While nothing is changed here, it shows what is stored, as it changes. */
export function ContentsEditor({ collection, document }: { collection: string; document: StoredDocument }) {
  const { documents: texts, app } = useTexts();
  const act = useAct();
  const [draft, setDraft] = useState<Draft>();
  const [replace, { error, isLoading, reset }] = useReplaceDocumentMutation();
  const stored = prettyJson(contentsOf(document));
  const text = draft?.text ?? stored;
  const contents = parseObject(text);
  const isBehind = draft !== undefined && draft.base._version !== document._version;
  useEffect(() => {
    if (draft === undefined) return;
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", stay);
    return () => window.removeEventListener("beforeunload", stay);
  }, [draft]);
  const change = (changed: string) => {
    if (draft === undefined && changed === stored) return;
    setDraft({ text: changed, base: draft?.base ?? document });
  };
  const revert = () => {
    setDraft(undefined);
    reset();
  };
  const save = async () => {
    if (contents === undefined || draft === undefined) return;
    const { _id: id, _version: version } = draft.base;
    const wanted = { collection, id, version, contents: { ...contents, ...keptOf(draft.base) } };
    if (await act(replace(wanted), texts.saved(version + 1))) setDraft(undefined);
  };
  return (
    <Panel
      title={texts.contents}
      more={draft !== undefined && <span className="muted">{texts.unsaved}</span>}
    >
      {isBehind && (
        <Alert
          type="warning"
          showIcon
          title={texts.changedMeanwhile(document._modifiedby)}
          action={<Button onClick={revert}>{texts.loadTheirs}</Button>}
        />
      )}
      <JsonText label={texts.contents} value={text} onChange={change} onSave={() => void save()} />
      {contents === undefined && <p className="filter-fault">{texts.broken}</p>}
      {error && <ProblemNote problem={error} />}
      <div className="buttons">
        <Button
          type="primary"
          loading={isLoading}
          disabled={draft === undefined || contents === undefined}
          onClick={() => void save()}
        >
          {app.save}
        </Button>
        {draft !== undefined && <Button onClick={revert}>{texts.revert}</Button>}
      </div>
    </Panel>
  );
}
