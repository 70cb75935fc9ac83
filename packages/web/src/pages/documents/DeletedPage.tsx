import { Button } from "antd";
import { useParams } from "react-router";
import {
  type DeletedPage as Deleted,
  useDeletedDocumentsQuery,
  useUndeleteDocumentMutation,
} from "../../api/documents-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page } from "../../parts/Page.tsx";
import { Pager, useCursor } from "../../parts/Pager.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { type Column, Table } from "../../parts/Table.tsx";
import { useAct } from "../../parts/use-act.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { nameOfDocument } from "./DocumentTable.tsx";
import { collectionPath } from "./paths.ts";

type Row = Deleted["items"][number];

/** What was deleted in a collection, and the way back. */
export function DeletedPage() {
  const { collection = "" } = useParams();
  const { documents: texts } = useTexts();
  const act = useAct();
  const cursor = useCursor();
  const { data, error, refetch } = useDeletedDocumentsQuery({ collection, cursor });
  const [undelete] = useUndeleteDocumentMutation();
  const columns: Column<Row>[] = [
    { key: "name", title: texts.document, wide: true, render: ({ document }) => nameOfDocument(document) },
    { key: "by", title: texts.deletedBy, render: ({ by }) => by },
    { key: "at", title: texts.changed, numeric: true, render: ({ at }) => <Ago at={at} /> },
    {
      key: "back",
      title: "",
      numeric: true,
      render: ({ document }) => (
        <Button
          size="small"
          onClick={() => void act(undelete({ collection, id: document._id }), texts.undeleted)}
        >
          {texts.undelete}
        </Button>
      ),
    },
  ];
  return (
    <Page
      title={texts.deleted}
      path={[
        { to: "/documents", label: texts.title },
        { to: collectionPath(collection), label: collection },
      ]}
    >
      {error && <ProblemNote problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === undefined && <Loading />}
      {data?.items.length === 0 && (
        <div className="panel">
          <Empty>{texts.deletedEmpty}</Empty>
        </div>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Table
          label={texts.deleted}
          columns={columns}
          rows={data.items}
          keyOf={({ document }) => document._id}
        />
      )}
      <Pager nextCursor={data?.nextCursor} />
    </Page>
  );
}
