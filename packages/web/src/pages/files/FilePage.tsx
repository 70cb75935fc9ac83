import { DownloadOutlined } from "@ant-design/icons";
import { Button, Typography } from "antd";
import { useNavigate, useParams } from "react-router";
import {
  type StoredFile,
  useDeleteFileMutation,
  useFileQuery,
  useUpdateFileMutation,
} from "../../api/files-api.ts";
import { AclEditor } from "../../parts/AclEditor.tsx";
import { Ago } from "../../parts/Ago.tsx";
import { Facts } from "../../parts/Facts.tsx";
import { JsonText, prettyJson } from "../../parts/JsonText.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page, Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useDanger } from "../../parts/use-danger.ts";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";

const rights = ["read", "update", "delete"] as const;

/** One file: what is known of it, its bytes to download, who may do what. */
export function FilePage() {
  const { file: id = "" } = useParams();
  const { files: texts } = useTexts();
  const { data: file, error, refetch } = useFileQuery(id);
  const [update] = useUpdateFileMutation();
  const path = [{ to: "/files", label: texts.title }];
  if (file === undefined || error !== undefined) {
    return (
      <Page title={id} path={path}>
        {error ? <ProblemNote problem={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
  return (
    <Page title={nameOf(file)} path={path} actions={<FileActions file={file} />}>
      <div className="columns">
        <div className="column">
          <FileFacts file={file} />
          {Object.keys(file.metadata).length > 0 && (
            <Panel title={texts.metadata}>
              <JsonText label={texts.metadata} value={prettyJson(file.metadata)} />
            </Panel>
          )}
        </div>
        <Panel title={texts.access}>
          <AclEditor
            key={file.version}
            acl={file.acl}
            rights={rights}
            save={(acl) => update({ file: id, change: { acl } })}
          />
        </Panel>
      </div>
    </Page>
  );
}

function nameOf({ id, name }: StoredFile): string {
  return name === "" ? id : name;
}

function FileActions({ file }: { file: StoredFile }) {
  const { files: texts, app } = useTexts();
  const danger = useDanger();
  const navigate = useNavigate();
  const [remove] = useDeleteFileMutation();
  const ask = () =>
    danger({
      title: texts.removeTitle(nameOf(file)),
      content: texts.removeText,
      okText: texts.remove,
      act: async () => {
        const answer = await remove(file.id);
        if (answer.error === undefined) void navigate("/files");
        return answer;
      },
    });
  return (
    <>
      <Button danger onClick={ask}>
        {texts.remove}
      </Button>
      <Button type="primary" icon={<DownloadOutlined />} href={`/api/v1/files/${file.id}/content`} download>
        {app.download}
      </Button>
    </>
  );
}

function FileFacts({ file }: { file: StoredFile }) {
  const { files: texts } = useTexts();
  const formats = useFormats();
  const [update, { error }] = useUpdateFileMutation();
  const rename = (name: string) => name !== file.name && void update({ file: file.id, change: { name } });
  return (
    <Panel title={texts.facts}>
      {error && <ProblemNote problem={error} />}
      <Facts
        facts={[
          [
            texts.name,
            <Typography.Text editable={{ onChange: rename, tooltip: false }}>{file.name}</Typography.Text>,
          ],
          ["Id", <span className="mono">{file.id}</span>],
          [texts.size, formats.bytes(file.size)],
          [texts.type, file.contentType],
          ["SHA-256", <span className="mono">{file.sha256}</span>],
          [texts.created, <Ago at={file.createdAt} />],
          [texts.by, file.createdBy],
          [texts.changed, <Ago at={file.modifiedAt} />],
          ["", file.temporary ? texts.temporary : undefined],
        ]}
      />
    </Panel>
  );
}
