import { Button, Form, Modal, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useSubmitJobMutation } from "../../api/jobs-api.ts";
import { type PackageFunction, useFunctionsQuery } from "../../api/packages-api.ts";
import { parseObject } from "../../parts/json-object.ts";
import { JsonText, prettyJson } from "../../parts/JsonText.tsx";
import { Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useTexts } from "../../texts/use-texts.ts";

/** What a version offers, each to be tried with an input of one's own. */
export function FunctionsPanel({ name, version }: { name: string; version: string }) {
  const { packages: texts } = useTexts();
  const { data: functions, error } = useFunctionsQuery({ name, version });
  const [tried, setTried] = useState<PackageFunction | "whole">();
  const isWhole = functions?.length === 0;
  return (
    <Panel
      title={`${texts.functions} · ${version}`}
      more={isWhole && <Button onClick={() => setTried("whole")}>{texts.run}</Button>}
    >
      {error && <ProblemNote problem={error} />}
      {isWhole && <p className="muted">{texts.noFunctions}</p>}
      <ul className="rows">
        {functions?.map((each) => (
          <li key={each.name} className="row">
            <span className="row-name mono">{each.name}</span>
            <Button size="small" aria-label={texts.runTitle(each.name)} onClick={() => setTried(each)}>
              {texts.run}
            </Button>
            <span className="row-text">{each.description}</span>
          </li>
        ))}
      </ul>
      {tried !== undefined && (
        <RunDialog
          packageName={name}
          version={version}
          called={tried === "whole" ? undefined : tried}
          onClose={() => setTried(undefined)}
        />
      )}
    </Panel>
  );
}

interface RunDialogProps {
  packageName: string;
  version: string;
  called: PackageFunction | undefined;
  onClose: () => void;
}

function RunDialog({ packageName, version, called, onClose }: RunDialogProps) {
  const { packages: texts, app, documents } = useTexts();
  const navigate = useNavigate();
  const [text, setText] = useState(() => prettyJson(exampleOf(called?.input)));
  const [tags, setTags] = useState<string[]>([]);
  const [submit, { error, isLoading }] = useSubmitJobMutation();
  const input = parseObject(text);
  const run = async () => {
    if (input === undefined) return;
    const answer = await submit({
      package: packageName,
      version,
      input,
      ...(called === undefined ? {} : { function: called.name }),
      ...(tags.length === 0 ? {} : { tags }),
    });
    if (answer.data !== undefined) void navigate(`/jobs/${answer.data.id}`);
  };
  return (
    <Modal
      open
      width={640}
      title={texts.runTitle(called?.name ?? packageName)}
      okText={texts.run}
      cancelText={app.cancel}
      confirmLoading={isLoading}
      okButtonProps={{ disabled: input === undefined }}
      onOk={() => void run()}
      onCancel={onClose}
    >
      <Form layout="vertical">
        <Form.Item label={texts.input} extra={input === undefined ? documents.broken : undefined}>
          <JsonText label={texts.input} value={text} onChange={setText} onSave={() => void run()} />
        </Form.Item>
        <Form.Item label={texts.runTags} htmlFor="run-tags">
          <Select
            id="run-tags"
            mode="tags"
            open={false}
            suffixIcon={null}
            tokenSeparators={[",", " "]}
            value={tags}
            onChange={setTags}
          />
        </Form.Item>
        {called?.input !== undefined && called.input !== null && (
          <Form.Item label={texts.inputSchema}>
            <JsonText label={texts.inputSchema} value={prettyJson(called.input)} />
          </Form.Item>
        )}
      </Form>
      {error && <ProblemNote problem={error} />}
    </Modal>
  );
}

/** The fields that a schema asks for, empty, so that one sees what is to be filled in. */
function exampleOf(schema: unknown): Record<string, unknown> {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, { type?: unknown }> };
  const empty: Readonly<Record<string, unknown>> = {
    string: "",
    number: 0,
    integer: 0,
    boolean: false,
    array: [],
    object: {},
  };
  return Object.fromEntries(
    Object.entries(properties).map(([name, { type }]) => [name, empty[String(type)] ?? null]),
  );
}
