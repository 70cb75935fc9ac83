import type { Package } from "@millrace/sdk";
import { Button } from "antd";
import { useNavigate, useParams } from "react-router";
import {
  useDeletePackageMutation,
  usePackageQuery,
  useUpdatePackageMutation,
} from "../../api/packages-api.ts";
import { AclEditor } from "../../parts/AclEditor.tsx";
import { LinkButton } from "../../parts/LinkButton.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page, Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useDanger } from "../../parts/use-danger.ts";
import { Words } from "../../parts/Words.tsx";
import { useTexts } from "../../texts/use-texts.ts";
import { FunctionsPanel } from "./FunctionsPanel.tsx";
import { VersionsPanel } from "./VersionsPanel.tsx";

const rights = ["read", "update", "delete", "invoke"] as const;

/** One package: its versions and channels, the functions of its newest one, who may use it. */
export function PackagePage() {
  const { name = "" } = useParams();
  const { packages: texts, jobs } = useTexts();
  const { data, error, refetch } = usePackageQuery(name);
  const [update] = useUpdatePackageMutation();
  const path = [{ to: "/packages", label: texts.title }];
  if (data === undefined || error !== undefined) {
    return (
      <Page title={name} path={path}>
        {error ? <ProblemNote problem={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
  const latest = data.channels.find((channel) => channel.name === "latest")?.version;
  return (
    <Page
      title={data.name}
      path={path}
      note={<Words words={data.channels.map((channel) => `${channel.name} ${channel.version}`)} />}
      actions={
        <>
          <Remove item={data} />
          <LinkButton to={`/jobs?package=${encodeURIComponent(name)}`}>{jobs.title}</LinkButton>
        </>
      }
    >
      {data.description !== "" && <p className="muted">{data.description}</p>}
      <div className="columns">
        <div className="column">
          {latest !== undefined && <FunctionsPanel name={name} version={latest} />}
          <Panel title={texts.access}>
            <AclEditor
              key={data.version}
              acl={data.acl}
              rights={rights}
              save={(acl) => update({ name, acl })}
            />
          </Panel>
        </div>
        <VersionsPanel name={name} />
      </div>
    </Page>
  );
}

function Remove({ item: { name } }: { item: Package }) {
  const { packages: texts, app } = useTexts();
  const danger = useDanger();
  const navigate = useNavigate();
  const [remove] = useDeletePackageMutation();
  const ask = () =>
    danger({
      title: texts.removeTitle(name),
      content: texts.removeText,
      okText: app.remove,
      act: async () => {
        const answer = await remove(name);
        if (answer.error === undefined) void navigate("/packages");
        return answer;
      },
    });
  return (
    <Button danger onClick={ask}>
      {texts.remove}
    </Button>
  );
}
