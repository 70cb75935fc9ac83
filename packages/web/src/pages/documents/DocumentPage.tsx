import { Button } from "antd";
import { useNavigate, useParams } from "react-router";
import {
  type StoredDocument,
  useDeleteDocumentMutation,
  useDocumentQuery,
  useReplaceDocumentMutation,
} from "../../api/documents-api.ts";
import { AclEditor } from "../../parts/AclEditor.tsx";
import { Ago } from "../../parts/Ago.tsx";
import { Facts } from "../../parts/Facts.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page, Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useDanger } from "../../parts/use-danger.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { ContentsEditor } from "./ContentsEditor.tsx";
import { contentsOf, keptOf } from "./contents.ts";
import { DocumentHistory } from "./DocumentHistory.tsx";
import { nameOfDocument } from "./DocumentTable.tsx";
import { collectionPath } from "./paths.ts";

const rights = ["read", "update", "delete"] as const;

/** One document: its contents to change, who may do what with it, and every version there was. */
export function DocumentPage() {
  const { collection = "", id = "" } = useParams();
  const { documents: texts } = useTexts();
  const { data, error, refetch } = useDocumentQuery({ collection, id });
  const path = [
    { to: "/documents", label: texts.title },
    { to: collectionPath(collection), label: collection },
  ];
  if (data === undefined || error !== undefined) {
    return (
      <Page title={texts.document} path={path}>
        {error ? <ProblemNote problem={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
  return (
    <Page
      title={nameOfDocument(data)}
      path={path}
      note={<span className="badge">{texts.version(data._version)}</span>}
      actions={<Remove collection={collection} document={data} />}
    >
      <div className="columns">
        <div className="column">
          <ContentsEditor key={id} collection={collection} document={data} />
          <Access collection={collection} document={data} />
        </div>
        <div className="column">
          <DocumentFacts document={data} />
          <DocumentHistory collection={collection} id={id} newest={data._version} />
        </div>
      </div>
    </Page>
  );
}

function Remove({ collection, document }: { collection: string; document: StoredDocument }) {
  const { documents: texts } = useTexts();
  const danger = useDanger();
  const navigate = useNavigate();
  const [remove] = useDeleteDocumentMutation();
  const ask = () =>
    danger({
      title: texts.removeTitle(nameOfDocument(document)),
      content: texts.removeText,
      okText: texts.remove,
      act: async () => {
        const answer = await remove({ collection, id: document._id });
        if (answer.error === undefined) void navigate(collectionPath(collection));
        return answer;
      },
    });
  return (
    <Button danger onClick={ask}>
      {texts.remove}
    </Button>
  );
}

function DocumentFacts({ document }: { document: StoredDocument }) {
  const { documents: texts } = useTexts();
  const { _id, _type, _created, _createdby, _modified, _modifiedby } = document;
  return (
    <Panel title={texts.facts}>
      <Facts
        facts={[
          ["Id", <span className="mono">{_id}</span>],
          [texts.type, _type],
          [texts.made, <Moment at={_created} by={_createdby} />],
          [texts.changed, <Moment at={_modified} by={_modifiedby} />],
        ]}
      />
    </Panel>
  );
}

function Moment({ at, by }: { at: string; by: string }) {
  const { documents: texts } = useTexts();
  return (
    <>
      <Ago at={at} /> {texts.by(by)}
    </>
  );
}

function Access({ collection, document }: { collection: string; document: StoredDocument }) {
  const { documents: texts } = useTexts();
  const [replace] = useReplaceDocumentMutation();
  const { _id: id, _version: version } = document;
  return (
    <Panel title={texts.access}>
      <AclEditor
        key={version}
        acl={document._acl}
        rights={rights}
        save={(acl) =>
          replace({
            collection,
            id,
            version,
            contents: { ...contentsOf(document), ...keptOf(document), _acl: acl },
          })
        }
      />
    </Panel>
  );
}
