import type { Package } from "@millrace/sdk";
import { Link, useNavigate } from "react-router";
import { usePackagesQuery, usePushPackageMutation } from "../../api/packages-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { type Column, Table } from "../../parts/Table.tsx";
import { UploadButton } from "../../parts/UploadButton.tsx";
import { useAct } from "../../parts/use-act.ts";
import { Words } from "../../parts/Words.tsx";
import { useTexts } from "../../texts/use-texts.ts";

export function PackagesPage() {
  const { packages: texts } = useTexts();
  const { data, error, refetch } = usePackagesQuery();
  const columns: Column<Package>[] = [
    {
      key: "name",
      title: texts.name,
      wide: true,
      render: ({ name }) => (
        <Link to={`/packages/${encodeURIComponent(name)}`} className="strong">
          {name}
        </Link>
      ),
    },
    { key: "description", title: texts.description, wide: true, render: ({ description }) => description },
    {
      key: "channels",
      title: texts.channels,
      render: ({ channels }) => <Words words={channels.map(({ name, version }) => `${name} ${version}`)} />,
    },
    { key: "at", title: texts.changed, numeric: true, render: ({ modifiedAt }) => <Ago at={modifiedAt} /> },
  ];
  return (
    <Page title={texts.title} actions={<UploadVersion />}>
      {error && <ProblemNote problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === undefined && <Loading />}
      {data?.length === 0 && (
        <div className="panel">
          <Empty>
            {texts.empty}
            <br />
            {texts.uploadHint}
          </Empty>
        </div>
      )}
      {data !== undefined && data.length > 0 && (
        <Table label={texts.title} columns={columns} rows={data} keyOf={({ id }) => id} />
      )}
    </Page>
  );
}

/** The archive says itself which package and version it is. */
function UploadVersion() {
  const { packages: texts } = useTexts();
  const act = useAct();
  const navigate = useNavigate();
  const [push, { isLoading }] = usePushPackageMutation();
  const upload = async (file: File) => {
    const answer = await push(file);
    const { data } = answer;
    const done = data === undefined ? undefined : texts.uploaded(data.package, data.version);
    if (await act(Promise.resolve(answer), done)) {
      void navigate(`/packages/${encodeURIComponent(data!.package)}`);
    }
  };
  return (
    <UploadButton
      label={texts.upload}
      accept=".tgz,.gz,application/gzip"
      loading={isLoading}
      onFile={(file) => void upload(file)}
    />
  );
}
