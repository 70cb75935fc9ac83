import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput } from "@codemirror/language";
import { syntaxHighlighting } from "@codemirror/language";
import { linter, lintGutter } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--code-name)" },
  { tag: tags.string, color: "var(--code-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-value)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

interface JsonEditorProps {
  value: string;
  label: string;
  onChange?: (text: string) => void;
  onSave?: () => void;
}

/** CodeMirror with JSON; leaving it by keyboard is Escape, then Tab. */
export function JsonEditor({ value, label, onChange, onSave }: JsonEditorProps) {
  const room = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const told = useRef({ onChange, onSave });
  told.current = { onChange, onSave };
  const canChange = onChange !== undefined;
  useEffect(() => {
    const listen = EditorView.updateListener.of((update) => {
      if (update.docChanged) told.current.onChange?.(update.state.doc.toString());
    });
    const save = keymap.of([
      { key: "Mod-s", preventDefault: true, run: () => (told.current.onSave?.(), true) },
    ]);
    view.current = new EditorView({
      parent: room.current!,
      state: EditorState.create({
        doc: value,
        extensions: [save, listen, ...shared(label), ...(canChange ? changing : reading)],
      }),
    });
    return () => view.current?.destroy();
    // The text is brought up to date below, without another editor.
  }, [label, canChange]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  return <div ref={room} className="json" />;
}

function shared(label: string): Extension[] {
  return [
    json(),
    foldGutter(),
    syntaxHighlighting(colours),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label }),
    keymap.of([...foldKeymap, ...defaultKeymap]),
  ];
}

const changing: Extension[] = [
  lineNumbers(),
  history(),
  indentOnInput(),
  bracketMatching(),
  lintGutter(),
  linter(jsonParseLinter()),
  keymap.of([...historyKeymap, indentWithTab]),
];
/** Long values scroll by themselves, which the keyboard must reach. */
const reading: Extension[] = [
  EditorState.readOnly.of(true),
  EditorView.contentAttributes.of({ tabindex: "0" }),
];
