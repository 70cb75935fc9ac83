import { Button } from "antd";
import { useState } from "react";
import {
  type Difference,
  useDifferencesQuery,
  useRestoreVersionMutation,
  useVersionsQuery,
  type Version,
} from "../../api/documents-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useAct } from "../../parts/use-act.ts";
import { useTexts } from "../../texts/use-texts.ts";

interface DocumentHistoryProps {
  collection: string;
  id: string;
  newest: number;
}

/** Every version, the newest first, with what each changed and the way back to it. */
export function DocumentHistory({ collection, id, newest }: DocumentHistoryProps) {
  const { documents: texts } = useTexts();
  const { data, error } = useVersionsQuery({ collection, id });
  return (
    <Panel title={texts.history}>
      {error && <ProblemNote problem={error} />}
      <ol className="rows">
        {data?.items.map((version) => (
          <VersionRow
            key={version.version}
            collection={collection}
            id={id}
            version={version}
            isNewest={version.version === newest}
          />
        ))}
      </ol>
    </Panel>
  );
}

interface VersionRowProps {
  collection: string;
  id: string;
  version: Version;
  isNewest: boolean;
}

function VersionRow({ collection, id, version: { version, operation, by, at }, isNewest }: VersionRowProps) {
  const { documents: texts } = useTexts();
  const act = useAct();
  const [isOpen, setOpen] = useState(false);
  const [restore] = useRestoreVersionMutation();
  return (
    <li className="row">
      <span className="row-name">
        {texts.version(version)} <span className="muted">{texts.operations[operation]}</span>
      </span>
      <span className="row-note">
        {by} · <Ago at={at} />
      </span>
      <span className="row-buttons">
        {version > 0 && operation !== "delete" && (
          <Button size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {texts.compare}
          </Button>
        )}
        {!isNewest && operation !== "delete" && (
          <Button
            size="small"
            onClick={() => void act(restore({ collection, id, version }), texts.restored(version))}
          >
            {texts.restore}
          </Button>
        )}
      </span>
      {isOpen && <Differences collection={collection} id={id} version={version} />}
    </li>
  );
}

function Differences({ collection, id, version }: { collection: string; id: string; version: number }) {
  const { documents: texts } = useTexts();
  const { data, error } = useDifferencesQuery({ collection, id, from: version - 1, to: version });
  if (error) return <ProblemNote problem={error} />;
  if (data === undefined) return <Loading />;
  const shown = data.filter(({ path }) => !path.startsWith("_"));
  if (shown.length === 0) return <p className="row-text">{texts.noDifference}</p>;
  return (
    <ul className="differences">
      {shown.map((difference) => (
        <DifferenceRow key={difference.path} difference={difference} />
      ))}
    </ul>
  );
}

function DifferenceRow({ difference: { path, before, after } }: { difference: Difference }) {
  const { documents: texts } = useTexts();
  return (
    <li>
      <span className="mono">{path}</span>
      {before !== undefined && (
        <del>
          <span className="hidden">{texts.before}</span>
          {textOf(before)}
        </del>
      )}
      {after !== undefined && (
        <ins>
          <span className="hidden">{texts.after}</span>
          {textOf(after)}
        </ins>
      )}
    </li>
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
