import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { type Runner, useAllRunnersQuery } from "../../api/overview-api.ts";
import { useWhoAmIQuery } from "../../api/session-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { State } from "../../parts/State.tsx";
import { type Column, Table } from "../../parts/Table.tsx";
import { Words } from "../../parts/Words.tsx";
import { useTexts } from "../../texts/use-texts.ts";
import { EnrolDialog } from "./EnrolDialog.tsx";

/** Who can execute, with what each has and whether it has room. */
export function RunnersPage() {
  const { runners: texts } = useTexts();
  const { data, error, refetch } = useAllRunnersQuery();
  const { data: who } = useWhoAmIQuery();
  const [isEnrolling, setEnrolling] = useState(false);
  const mayEnrol = who?.roles.some(({ name }) => name === "admins") === true;
  const enrol = mayEnrol && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEnrolling(true)}>
      {texts.enrol}
    </Button>
  );
  return (
    <Page title={texts.title} actions={data?.length === 0 ? undefined : enrol}>
      {error && <ProblemNote problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === undefined && <Loading />}
      {data?.length === 0 && (
        <div className="panel">
          <Empty action={enrol}>{texts.empty}</Empty>
        </div>
      )}
      {data !== undefined && data.length > 0 && <RunnerTable runners={data} />}
      {isEnrolling && <EnrolDialog onClose={() => setEnrolling(false)} />}
    </Page>
  );
}

function RunnerTable({ runners }: { runners: Runner[] }) {
  const { runners: texts } = useTexts();
  const columns: Column<Runner>[] = [
    {
      key: "name",
      title: texts.name,
      wide: true,
      render: ({ id, name }) => (
        <Link to={`/runners/${id}`} className="strong">
          {name}
        </Link>
      ),
    },
    { key: "state", title: texts.state, render: ({ state }) => <State state={state} /> },
    { key: "tags", title: texts.tags, render: ({ tags }) => <Words words={tags} /> },
    { key: "room", title: texts.room, numeric: true, render: ({ busy, slots }) => texts.roomOf(busy, slots) },
    {
      key: "runtimes",
      title: texts.runtimes,
      render: ({ runtimes }) => runtimes.map(({ name }) => name).join(", "),
    },
    {
      key: "seen",
      title: texts.seen,
      numeric: true,
      render: ({ lastSeenAt }) => (lastSeenAt === null ? "–" : <Ago at={lastSeenAt} />),
    },
  ];
  return <Table label={texts.title} columns={columns} rows={runners} keyOf={({ id }) => id} />;
}
