import { Button } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { useDocumentsQuery } from "../../api/documents-api.ts";
import { parseObject } from "../../parts/json-object.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { queryWords } from "./query-words.ts";

const QueryEditor = lazy(() =>
  import("./QueryEditor.tsx").then(({ QueryEditor }) => ({ default: QueryEditor })),
);

/** A filter as the server takes it; Enter asks by it, and the address holds it. */
export function FilterBar({ collection, filter = "" }: { collection: string; filter?: string }) {
  const { documents: texts } = useTexts();
  const [text, setText] = useState(filter);
  const [, setSearch] = useSearchParams();
  const { data } = useDocumentsQuery({ collection });
  const words = useMemo(() => queryWords(data?.items ?? []), [data]);
  const trimmed = text.trim();
  const isBroken = trimmed !== "" && parseObject(trimmed) === undefined;
  const ask = (wanted: string) => {
    setSearch((before) => {
      before.delete("cursor");
      if (wanted === "") before.delete("filter");
      else before.set("filter", wanted);
      return before;
    });
  };
  const clear = () => {
    setText("");
    ask("");
  };
  return (
    <div>
      <div className="filter-row">
        <Suspense fallback={<div className="query" />}>
          <QueryEditor
            value={text}
            label={texts.filter}
            hint={texts.filterHint}
            words={words}
            onChange={setText}
            onEnter={() => !isBroken && ask(trimmed)}
          />
        </Suspense>
        {text !== "" && <Button onClick={clear}>{texts.clear}</Button>}
        <Button disabled={isBroken} onClick={() => ask(trimmed)}>
          {texts.filter}
        </Button>
      </div>
      {isBroken && (
        <span role="status" className="filter-fault">
          {texts.filterBroken}
        </span>
      )}
    </div>
  );
}
