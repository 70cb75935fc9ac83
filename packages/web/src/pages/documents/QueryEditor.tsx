import { autocompletion, type CompletionContext, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { useEffect, useRef } from "react";

interface QueryEditorProps {
  value: string;
  label: string;
  hint: string;
  words: { word: string; kind: string }[];
  onChange: (text: string) => void;
  onEnter: () => void;
}

/** One line of JSON that completes fields and operators; Enter asks by it, Tab leaves it. */
export function QueryEditor({ value, label, hint, words, onChange, onEnter }: QueryEditorProps) {
  const room = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const told = useRef({ onChange, onEnter, words });
  told.current = { onChange, onEnter, words };
  useEffect(() => {
    const listen = EditorView.updateListener.of((update) => {
      if (update.docChanged) told.current.onChange(update.state.doc.toString());
    });
    const enter = { key: "Enter", run: () => (told.current.onEnter(), true) };
    view.current = new EditorView({
      parent: room.current!,
      state: EditorState.create({
        extensions: [
          json(),
          history(),
          oneLine,
          EditorView.lineWrapping,
          listen,
          placeholder(hint),
          EditorView.contentAttributes.of({ "aria-label": label }),
          autocompletion({ override: [(context) => complete(context, told.current.words)], icons: false }),
          Prec.high(keymap.of(completionKeymap)),
          keymap.of([enter, ...historyKeymap, ...defaultKeymap]),
        ],
      }),
    });
    return () => view.current?.destroy();
  }, [label, hint]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  return <div ref={room} className="query" />;
}

/** What is pasted with line ends becomes one line, which JSON does not mind. */
const oneLine = EditorState.transactionFilter.of((transaction) =>
  transaction.newDoc.lines > 1
    ? [
        transaction,
        {
          changes: {
            from: 0,
            to: transaction.newDoc.length,
            insert: transaction.newDoc.toString().replaceAll(/\s*\n\s*/g, " "),
          },
          sequential: true,
        },
      ]
    : transaction,
);

/** Names are completed within quotes, which are made where there are none. */
function complete(context: CompletionContext, words: QueryEditorProps["words"]) {
  const before = context.matchBefore(/"?[$\w.]*$/);
  if (before === null || (before.text === "" && !context.explicit)) return null;
  const isClosed = context.state.sliceDoc(context.pos, context.pos + 1) === '"';
  return {
    from: before.from,
    options: words.map(({ word, kind }) => ({
      label: `"${word}"`,
      displayLabel: word,
      type: kind,
      apply: isClosed ? `"${word}` : `"${word}"`,
    })),
    filter: true,
  };
}
