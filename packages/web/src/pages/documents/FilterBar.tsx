import { SearchOutlined } from "@ant-design/icons";
import { Input } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { parseObject } from "../../parts/json-object.ts";
import { useTexts } from "../../texts/use-texts.ts";

/** A filter as the server takes it; Enter asks by it, and the address holds it. */
export function FilterBar({ filter = "" }: { filter?: string }) {
  const { documents: texts } = useTexts();
  const [text, setText] = useState(filter);
  const [, setSearch] = useSearchParams();
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
  return (
    <div className="filter">
      <Input
        className="mono"
        aria-label={texts.filter}
        aria-describedby="filter-hint"
        aria-invalid={isBroken}
        prefix={<SearchOutlined />}
        placeholder={texts.filterHint}
        status={isBroken ? "error" : undefined}
        spellCheck={false}
        allowClear
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          if (event.target.value === "" && filter !== "") ask("");
        }}
        onPressEnter={() => !isBroken && ask(trimmed)}
      />
      <span id="filter-hint" className={isBroken ? "filter-fault" : "hidden"}>
        {isBroken ? texts.filterBroken : texts.filterHint}
      </span>
    </div>
  );
}
