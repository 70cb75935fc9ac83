import { DownOutlined, PlusOutlined, UploadOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { useQueueStatsQuery } from "../../api/overview-api.ts";
import { type ItemState, useItemsQuery, useQueueQuery } from "../../api/work-items-api.ts";
import { Empty } from "../../parts/Empty.tsx";
import { LinkButton } from "../../parts/LinkButton.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page } from "../../parts/Page.tsx";
import { Pager, useCursor } from "../../parts/Pager.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useTexts } from "../../texts/use-texts.ts";
import { ItemTable } from "./ItemTable.tsx";
import { queuePath } from "./paths.ts";
import { PushDialog } from "./PushDialog.tsx";
import { StateTabs } from "./StateTabs.tsx";
import { useQueueActions } from "./use-queue-actions.ts";

/** One queue: its items by state, and what can be done with them. */
export function QueuePage() {
  const { queue: name = "" } = useParams();
  const { queues: texts, items: itemTexts } = useTexts();
  const queue = useQueueQuery(name);
  const { data: stats } = useQueueStatsQuery();
  const counts = stats?.find((each) => each.name === name)?.counts;
  const path = [{ to: "/work-items", label: texts.title }];
  if (queue.data === undefined) {
    return (
      <Page title={name} path={path}>
        {queue.error ? (
          <ProblemNote problem={queue.error} onRetry={() => void queue.refetch()} />
        ) : (
          <Loading />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={name}
      path={path}
      note={queue.data.paused && <span className="badge">{texts.paused}</span>}
      actions={<QueueActions name={name} paused={queue.data.paused} counts={counts} />}
    >
      {queue.data.description !== "" && <p className="muted">{queue.data.description}</p>}
      <StateTabs counts={counts} />
      <Items queue={name} emptyText={itemTexts.emptyAll} />
    </Page>
  );
}

function Items({ queue, emptyText }: { queue: string; emptyText: string }) {
  const { items: texts } = useTexts();
  const [search] = useSearchParams();
  const state = search.getAll("state") as ItemState[];
  const cursor = useCursor();
  const { data, error, refetch } = useItemsQuery({ queue, cursor, ...(state.length === 0 ? {} : { state }) });
  if (error) return <ProblemNote problem={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  if (data.items.length === 0 && cursor === undefined) {
    return (
      <div className="panel">
        <Empty>{state.length === 0 ? emptyText : texts.emptyState}</Empty>
      </div>
    );
  }
  return (
    <>
      <ItemTable queue={queue} items={data.items} />
      <Pager nextCursor={data.nextCursor} />
    </>
  );
}

interface QueueActionsProps {
  name: string;
  paused: boolean;
  counts: Record<ItemState, number> | undefined;
}

function QueueActions({ name, paused, counts }: QueueActionsProps) {
  const { queues: texts, items: itemTexts, imports, app } = useTexts();
  const [isPushing, setPushing] = useState(false);
  const { menu, togglePause } = useQueueActions(name, paused, counts);
  return (
    <>
      <LinkButton to={`${queuePath(name)}/settings`} type="link">
        {texts.settings}
      </LinkButton>
      <Button onClick={() => void togglePause()}>{paused ? texts.resume : texts.pause}</Button>
      <Dropdown menu={menu} trigger={["click"]}>
        <Button>
          {app.actions} <DownOutlined />
        </Button>
      </Dropdown>
      <LinkButton to={`${queuePath(name)}/import`} icon={<UploadOutlined />}>
        {imports.title}
      </LinkButton>
      <Button type="primary" icon={<PlusOutlined />} onClick={() => setPushing(true)}>
        {itemTexts.push}
      </Button>
      {isPushing && <PushDialog queue={name} onClose={() => setPushing(false)} />}
    </>
  );
}
