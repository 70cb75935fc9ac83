import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, Select } from "antd";
import { useState } from "react";
import type { Acl } from "../api/documents-api.ts";
import { usePrincipalsQuery } from "../api/principals-api.ts";
import { useTexts } from "../texts/use-texts.ts";
import { Empty } from "./Empty.tsx";
import { type AnyProblem, ProblemNote } from "./ProblemNote.tsx";
import { useAct } from "./use-act.ts";

type Entry = Acl[number];
type Right = Entry["rights"][number];

interface AclEditorProps {
  acl: Acl;
  /** Those that mean something for this kind of thing. */
  rights: readonly Right[];
  save: (acl: Acl) => PromiseLike<{ error?: AnyProblem }>;
}

/** Who may do what with a thing. Nothing holds before it is saved. */
export function AclEditor({ acl, rights, save }: AclEditorProps) {
  const { access: texts, app } = useTexts();
  const act = useAct();
  const [entries, setEntries] = useState(acl);
  const [isSaving, setSaving] = useState(false);
  const { error } = usePrincipalsQuery();
  const change = (index: number, entry: Entry) =>
    setEntries(entries.map((before, at) => (at === index ? entry : before)));
  const submit = async () => {
    setSaving(true);
    await act(save(entries.filter(({ principalId }) => principalId !== "")), texts.saved);
    setSaving(false);
  };
  return (
    <div className="acl">
      <p className="muted">{texts.explain}</p>
      {error && <ProblemNote problem={error} />}
      {entries.length === 0 && <Empty>{texts.empty}</Empty>}
      <ul>
        {entries.map((entry, index) => (
          <AclEntry
            key={index}
            entry={entry}
            rights={rights}
            onChange={(changed) => change(index, changed)}
            onRemove={() => setEntries(entries.filter((_, at) => at !== index))}
          />
        ))}
      </ul>
      <div className="buttons">
        <Button
          icon={<PlusOutlined />}
          onClick={() => setEntries([...entries, { principalId: "", rights: ["read"], effect: "allow" }])}
        >
          {texts.add}
        </Button>
        <Button type="primary" loading={isSaving} onClick={() => void submit()}>
          {app.save}
        </Button>
      </div>
    </div>
  );
}

interface AclEntryProps {
  entry: Entry;
  rights: readonly Right[];
  onChange: (entry: Entry) => void;
  onRemove: () => void;
}

function AclEntry({ entry, rights, onChange, onRemove }: AclEntryProps) {
  const { access: texts } = useTexts();
  const { data: principals = [] } = usePrincipalsQuery();
  const { principalId, name, effect = "allow" } = entry;
  const known = principals.map(({ id, name, kind }) => ({ value: id, label: `${name} (${texts[kind]})` }));
  // Somebody who is gone, or whom one may not see, is still named by what stands there.
  const isKnown = principalId === "" || known.some(({ value }) => value === principalId);
  const options = isKnown ? known : [{ value: principalId, label: name ?? principalId }, ...known];
  const choose = (id: string) =>
    onChange({ ...entry, principalId: id, name: principals.find((each) => each.id === id)?.name });
  return (
    <li className="acl-entry">
      <Select
        showSearch={{ optionFilterProp: "label" }}
        aria-label={texts.principal}
        placeholder={texts.principal}
        value={principalId === "" ? undefined : principalId}
        options={options}
        onChange={choose}
      />
      <Select
        aria-label={texts.effect}
        value={effect}
        options={[
          { value: "allow", label: texts.allow },
          { value: "deny", label: texts.deny },
        ]}
        onChange={(value) => onChange({ ...entry, effect: value })}
      />
      <Checkbox.Group
        value={entry.rights}
        options={rights.map((right) => ({ value: right, label: texts.rights[right] }))}
        onChange={(chosen) => chosen.length > 0 && onChange({ ...entry, rights: chosen })}
      />
      <Button
        type="text"
        icon={<DeleteOutlined />}
        aria-label={texts.removeEntry(name ?? principalId)}
        onClick={onRemove}
      />
    </li>
  );
}
