import { Input } from "antd";
import { Link, useSearchParams } from "react-router";
import { type StoredFile, useFilesQuery, useUploadFileMutation } from "../../api/files-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page } from "../../parts/Page.tsx";
import { Pager, useCursor } from "../../parts/Pager.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { type Column, Table } from "../../parts/Table.tsx";
import { UploadButton } from "../../parts/UploadButton.tsx";
import { useAct } from "../../parts/use-act.ts";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";

/** The files that one may read, the newest first; or those whose names begin as one says. */
export function FilesPage() {
  const { files: texts } = useTexts();
  const [search, setSearch] = useSearchParams();
  const namePrefix = search.get("name") ?? undefined;
  const cursor = useCursor();
  const { data, error, refetch } = useFilesQuery({ namePrefix, cursor });
  return (
    <Page title={texts.title} actions={<Upload />}>
      <Input.Search
        className="filter-name"
        aria-label={texts.search}
        placeholder={texts.search}
        defaultValue={namePrefix}
        allowClear
        onSearch={(name) => setSearch(name === "" ? {} : { name })}
      />
      {error && <ProblemNote problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === undefined && <Loading />}
      {data?.items.length === 0 && (
        <div className="panel">
          <Empty>{namePrefix === undefined ? texts.empty : texts.noMatch}</Empty>
        </div>
      )}
      {data !== undefined && data.items.length > 0 && <FileTable files={data.items} />}
      <Pager nextCursor={data?.nextCursor} />
    </Page>
  );
}

function Upload() {
  const { files: texts } = useTexts();
  const act = useAct();
  const [upload, { isLoading }] = useUploadFileMutation();
  return (
    <UploadButton
      label={texts.upload}
      loading={isLoading}
      onFile={(file) => void act(upload(file), texts.uploaded(file.name))}
    />
  );
}

function FileTable({ files }: { files: StoredFile[] }) {
  const { files: texts } = useTexts();
  const formats = useFormats();
  const columns: Column<StoredFile>[] = [
    {
      key: "name",
      title: texts.name,
      wide: true,
      render: ({ id, name }) => (
        <Link to={`/files/${id}`} className="strong">
          {name === "" ? id : name}
        </Link>
      ),
    },
    { key: "type", title: texts.type, render: ({ contentType }) => contentType },
    { key: "size", title: texts.size, numeric: true, render: ({ size }) => formats.bytes(size) },
    { key: "by", title: texts.by, render: ({ createdBy }) => createdBy },
    { key: "at", title: texts.created, numeric: true, render: ({ createdAt }) => <Ago at={createdAt} /> },
  ];
  return <Table label={texts.title} columns={columns} rows={files} keyOf={({ id }) => id} />;
}
