import type { Item } from "@millrace/sdk";
import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useChangeItemsMutation } from "../../api/work-items-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { State } from "../../parts/State.tsx";
import { type Column, Table } from "../../parts/Table.tsx";
import { useAct } from "../../parts/use-act.ts";
import { useDanger } from "../../parts/use-danger.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { nameOfItem } from "./name-of-item.ts";
import { queuePath } from "./paths.ts";

const namesMax = 5;

/** A page of items; those that are ticked can be requeued or deleted together. */
export function ItemTable({ queue, items }: { queue: string; items: Item[] }) {
  const { items: texts } = useTexts();
  const [keys, setKeys] = useState<string[]>([]);
  const ticked = items.filter(({ id }) => keys.includes(id));
  const columns = useColumns(queue);
  return (
    <>
      {ticked.length > 0 && <Bulk items={ticked} onDone={() => setKeys([])} />}
      <Table
        label={texts.list(queue)}
        columns={columns}
        rows={items}
        keyOf={({ id }) => id}
        selection={{ keys, onChange: setKeys, nameOf: nameOfItem }}
      />
    </>
  );
}

function Bulk({ items, onDone }: { items: Item[]; onDone: () => void }) {
  const { items: texts } = useTexts();
  const [changeItems, { isLoading }] = useChangeItemsMutation();
  const act = useAct();
  const danger = useDanger();
  const ids = items.map(({ id }) => id);
  const requeue = async () => {
    if (await act(changeItems({ items: ids, act: "requeueItem" }), texts.requeueDone)) onDone();
  };
  const remove = () => {
    const names = items.slice(0, namesMax).map(nameOfItem).join(", ");
    danger({
      title: texts.removeMany(items.length),
      content: texts.removeManyText(items.length > namesMax ? `${names}, …` : names),
      okText: texts.remove,
      act: async () => {
        const answer = await changeItems({ items: ids, act: "deleteItem" });
        if (answer.error === undefined) onDone();
        return answer;
      },
    });
  };
  return (
    <div className="bulk" role="toolbar" aria-label={texts.selected(items.length)}>
      <span>{texts.selected(items.length)}</span>
      <Button loading={isLoading} onClick={() => void requeue()}>
        {texts.requeue}
      </Button>
      <Button danger onClick={remove}>
        {texts.remove}
      </Button>
    </div>
  );
}

function useColumns(queue: string): Column<Item>[] {
  const { items: texts } = useTexts();
  return [
    {
      key: "name",
      title: texts.name,
      wide: true,
      render: (item) => (
        <Link to={`${queuePath(queue)}/${item.id}`} className={item.name ? "strong" : "mono"}>
          {nameOfItem(item)}
        </Link>
      ),
    },
    { key: "state", title: texts.state, render: ({ state }) => <State state={state} /> },
    { key: "error", title: texts.error, wide: true, render: ({ error }) => error?.message ?? "" },
    { key: "attempts", title: texts.attempts, numeric: true, render: ({ attempts }) => attempts },
    { key: "priority", title: texts.priority, numeric: true, render: ({ priority }) => priority },
    {
      key: "created",
      title: texts.created,
      numeric: true,
      render: ({ createdAt }) => <Ago at={createdAt} />,
    },
    {
      key: "ended",
      title: texts.ended,
      numeric: true,
      render: ({ finishedAt }) => (typeof finishedAt === "string" ? <Ago at={finishedAt} /> : ""),
    },
  ];
}
