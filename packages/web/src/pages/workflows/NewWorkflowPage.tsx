import { Alert, Button, Input } from "antd";
import { useEffect, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useStoreWorkflowMutation, useWorkflowVersionQuery } from "../../api/workflows-api.ts";
import { Page, Panel } from "../../parts/Page.tsx";
import { type AnyProblem, asProblem, ProblemNote } from "../../parts/ProblemNote.tsx";
import { useTexts } from "../../texts/use-texts.ts";

const example = `document:
  dsl: 1.0.0
  namespace: examples
  name: greet
  version: 1.0.0
do:
- greet:
    set:
      greeting: \${ "Hello, " + .name }
`;

/** A definition as text: a new one, or the next version of one that is there. Mistakes are shown with their lines. */
export function NewWorkflowPage() {
  const { workflow } = useParams();
  const { workflows: texts } = useTexts();
  const navigate = useNavigate();
  const wanted = { workflow: workflow ?? "", version: "latest" };
  const { data: present, error: absent } = useWorkflowVersionQuery(wanted, { skip: workflow === undefined });
  const [text, setText] = useState(workflow === undefined ? example : "");
  const [store, { error, isLoading }] = useStoreWorkflowMutation();
  useEffect(() => {
    if (present !== undefined) setText(present.text);
  }, [present]);
  const save = async () => {
    const { data } = await store(text);
    if (data !== undefined) void navigate(`/workflows/${data.id}`);
  };
  const path = [{ to: "/workflows", label: texts.title }];
  const mistakes = error === undefined ? [] : mistakesOf(error);
  return (
    <Page
      title={present?.workflow ?? texts.create}
      path={path}
      actions={
        <Button type="primary" loading={isLoading} onClick={() => void save()}>
          {texts.store}
        </Button>
      }
    >
      {absent && <ProblemNote problem={absent} />}
      {error && mistakes.length === 0 && <ProblemNote problem={error} />}
      {mistakes.length > 0 && (
        <Alert
          type="error"
          title={texts.mistakes}
          description={
            <ul className="rows">
              {mistakes.map((mistake) => (
                <li key={mistake}>{mistake}</li>
              ))}
            </ul>
          }
        />
      )}
      <Panel title={texts.definition}>
        <p className="muted">{texts.language}</p>
        <Input.TextArea
          className="mono"
          aria-label={texts.definition}
          value={text}
          onChange={(event) => setText(event.target.value)}
          rows={26}
          spellCheck={false}
        />
      </Panel>
    </Page>
  );
}

/** Each with its line and column, as the server tells them. */
function mistakesOf(error: AnyProblem): string[] {
  return (asProblem(error).fields ?? []).map(({ message }) => message);
}
