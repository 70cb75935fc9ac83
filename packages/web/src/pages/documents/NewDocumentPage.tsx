import { App, Button } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useInsertDocumentMutation } from "../../api/documents-api.ts";
import { parseObject } from "../../parts/json-object.ts";
import { JsonText } from "../../parts/JsonText.tsx";
import { Page, Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useTexts } from "../../texts/use-texts.ts";
import { collectionPath } from "./paths.ts";

export function NewDocumentPage() {
  const { collection = "" } = useParams();
  const { documents: texts, app } = useTexts();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const [text, setText] = useState('{\n  "name": ""\n}');
  const [insert, { error, isLoading }] = useInsertDocumentMutation();
  const contents = parseObject(text);
  const save = async () => {
    if (contents === undefined) return;
    const answer = await insert({ collection, contents });
    if (answer.data === undefined) return;
    void message.success(texts.inserted);
    void navigate(`${collectionPath(collection)}/${answer.data._id}`);
  };
  return (
    <Page
      title={texts.create}
      path={[
        { to: "/documents", label: texts.title },
        { to: collectionPath(collection), label: collection },
      ]}
      actions={
        <Button
          type="primary"
          loading={isLoading}
          disabled={contents === undefined}
          onClick={() => void save()}
        >
          {app.save}
        </Button>
      }
    >
      {error && <ProblemNote problem={error} />}
      <Panel title={texts.contents}>
        <JsonText label={texts.contents} value={text} onChange={setText} onSave={() => void save()} />
        {contents === undefined && <p className="muted">{texts.broken}</p>}
      </Panel>
    </Page>
  );
}
