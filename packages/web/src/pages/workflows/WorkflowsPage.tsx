import { Link } from "react-router";
import { useWorkflowsQuery, type Workflow } from "../../api/workflows-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { LinkButton } from "../../parts/LinkButton.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page } from "../../parts/Page.tsx";
import { Pager, useCursor } from "../../parts/Pager.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { type Column, Table } from "../../parts/Table.tsx";
import { useTexts } from "../../texts/use-texts.ts";

/** The workflows that one may see, by name. */
export function WorkflowsPage() {
  const { workflows: texts } = useTexts();
  const cursor = useCursor();
  const { data, error, refetch } = useWorkflowsQuery(cursor === undefined ? {} : { cursor });
  const make = (
    <LinkButton to="/workflows/new" type="primary">
      {texts.create}
    </LinkButton>
  );
  const columns: Column<Workflow>[] = [
    {
      key: "name",
      title: texts.name,
      wide: true,
      render: ({ id, name }) => (
        <Link to={`/workflows/${id}`} className="strong">
          {name}
        </Link>
      ),
    },
    { key: "description", title: texts.description, wide: true, render: ({ description }) => description },
    { key: "version", title: texts.version, numeric: true, render: ({ latest }) => latest },
    {
      key: "changed",
      title: texts.changed,
      numeric: true,
      render: ({ modifiedAt }) => <Ago at={modifiedAt} />,
    },
  ];
  return (
    <Page title={texts.title} actions={make}>
      {error && <ProblemNote problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === undefined && <Loading />}
      {data?.items.length === 0 && (
        <div className="panel">
          <Empty>{texts.empty}</Empty>
        </div>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Table label={texts.title} columns={columns} rows={data.items} keyOf={({ id }) => id} />
      )}
      <Pager nextCursor={data?.nextCursor} />
    </Page>
  );
}
