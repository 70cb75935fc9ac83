import { DownOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useNavigate, useParams, useSearchParams } from "react-router";
import {
  useDocumentCountQuery,
  useDocumentsQuery,
  useDropCollectionMutation,
} from "../../api/documents-api.ts";
import { Empty } from "../../parts/Empty.tsx";
import { LinkButton } from "../../parts/LinkButton.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page } from "../../parts/Page.tsx";
import { Pager, useCursor } from "../../parts/Pager.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { parseObject } from "../../parts/json-object.ts";
import { useDanger } from "../../parts/use-danger.ts";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { DocumentTable } from "./DocumentTable.tsx";
import { FilterBar } from "./FilterBar.tsx";
import { collectionPath } from "./paths.ts";

/** The documents of a collection: filtered, sorted and paged by the server, as the address says. */
export function CollectionPage() {
  const { collection = "" } = useParams();
  const { documents: texts } = useTexts();
  const formats = useFormats();
  const [search] = useSearchParams();
  const filter = search.get("filter") ?? undefined;
  const { currentData: count } = useDocumentCountQuery(
    { collection, ...(filter === undefined ? {} : { filter }) },
    { skip: filter !== undefined && parseObject(filter) === undefined },
  );
  return (
    <Page
      title={collection}
      path={[{ to: "/documents", label: texts.title }]}
      note={count !== undefined && <span className="muted">{texts.documents(formats.number(count))}</span>}
      actions={<Actions collection={collection} />}
    >
      <FilterBar key={collection} collection={collection} filter={filter} />
      <Documents collection={collection} filter={filter} sort={search.get("sort") ?? undefined} />
    </Page>
  );
}

interface DocumentsProps {
  collection: string;
  filter: string | undefined;
  sort: string | undefined;
}

function Documents({ collection, filter, sort }: DocumentsProps) {
  const { documents: texts } = useTexts();
  const cursor = useCursor();
  const { data, error, refetch, isFetching } = useDocumentsQuery({ collection, filter, sort, cursor });
  if (error) return <ProblemNote problem={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  if (data.items.length === 0 && cursor === undefined) {
    const action = filter === undefined ? <NewDocument collection={collection} /> : undefined;
    return (
      <div className="panel">
        <Empty action={action}>{filter === undefined ? texts.emptyCollection : texts.noMatch}</Empty>
      </div>
    );
  }
  return (
    <div aria-busy={isFetching} className="stack">
      <DocumentTable collection={collection} documents={data.items} sort={sort} />
      <Pager nextCursor={data.nextCursor} />
    </div>
  );
}

function NewDocument({ collection }: { collection: string }) {
  const { documents: texts } = useTexts();
  return (
    <LinkButton type="primary" icon={<PlusOutlined />} to={`${collectionPath(collection)}/new`}>
      {texts.create}
    </LinkButton>
  );
}

function Actions({ collection }: { collection: string }) {
  const { documents: texts, app } = useTexts();
  const formats = useFormats();
  const danger = useDanger();
  const navigate = useNavigate();
  const { data: count } = useDocumentCountQuery({ collection });
  const [drop] = useDropCollectionMutation();
  const remove = () =>
    danger({
      title: texts.dropTitle(collection, formats.number(count ?? 0)),
      content: texts.dropText,
      okText: app.remove,
      act: async () => {
        const answer = await drop(collection);
        if (answer.error === undefined) void navigate("/documents");
        return answer;
      },
    });
  const items = [{ key: "drop", danger: true, label: texts.drop, onClick: remove }];
  return (
    <>
      <LinkButton type="link" to={`${collectionPath(collection)}/access`}>
        {texts.access}
      </LinkButton>
      <LinkButton to={`${collectionPath(collection)}/deleted`}>{texts.deleted}</LinkButton>
      <Dropdown menu={{ items }} trigger={["click"]}>
        <Button>
          {texts.actions} <DownOutlined />
        </Button>
      </Dropdown>
      <NewDocument collection={collection} />
    </>
  );
}
