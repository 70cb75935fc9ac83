import type { Item } from "@millrace/sdk";
import { Alert, Button } from "antd";
import { Link, useNavigate, useParams } from "react-router";
import { useQueueStatsQuery } from "../../api/overview-api.ts";
import {
  useDeleteItemMutation,
  useItemFilesQuery,
  useItemQuery,
  useRequeueItemMutation,
} from "../../api/work-items-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Facts } from "../../parts/Facts.tsx";
import { JsonText, prettyJson } from "../../parts/JsonText.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page, Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { State } from "../../parts/State.tsx";
import { useAct } from "../../parts/use-act.ts";
import { useDanger } from "../../parts/use-danger.ts";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { ItemHistory } from "./ItemHistory.tsx";
import { nameOfItem } from "./name-of-item.ts";
import { queuePath } from "./paths.ts";

/** One work item: what it carries, how it stands, and everything that happened to it. */
export function ItemPage() {
  const { queue: named = "", item: id = "" } = useParams();
  const { queues, items: texts } = useTexts();
  const { data: item, error, refetch } = useItemQuery(id);
  const { data: known = [] } = useQueueStatsQuery();
  // A link from another item says where one came from; the item knows where it is.
  const queue = known.find((each) => each.id === item?.queueId)?.name ?? named;
  const path = [
    { to: "/work-items", label: queues.title },
    { to: queuePath(queue), label: queue },
  ];
  // Data of before an error is not shown: the item may be gone.
  if (item === undefined || error !== undefined) {
    return (
      <Page title={texts.item} path={path}>
        {error ? <ProblemNote problem={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
  return (
    <Page
      title={nameOfItem(item)}
      path={path}
      note={<State state={item.state} />}
      actions={<ItemActions queue={queue} item={item} />}
    >
      {item.error !== null && (
        <Alert
          type={item.state === "retry" ? "warning" : "error"}
          showIcon
          title={item.error.message}
          description={[texts[item.error.kind], item.error.source].filter(Boolean).join(" · ")}
        />
      )}
      <div className="columns">
        <div className="column">
          <Panel title={texts.payload}>
            <JsonText label={texts.payload} value={prettyJson(item.payload)} />
          </Panel>
          <Files item={id} />
        </div>
        <div className="column">
          <ItemFacts queue={queue} item={item} />
          <ItemHistory item={id} />
        </div>
      </div>
    </Page>
  );
}

function ItemActions({ queue, item }: { queue: string; item: Item }) {
  const { items: texts } = useTexts();
  const act = useAct();
  const danger = useDanger();
  const navigate = useNavigate();
  const [requeueItem, requeueing] = useRequeueItemMutation();
  const [deleteItem] = useDeleteItemMutation();
  if (item.state === "processing") return null;
  const isWaiting = item.state === "new" || item.state === "retry";
  const remove = () =>
    danger({
      title: texts.removeTitle(nameOfItem(item)),
      content: texts.removeText,
      okText: texts.remove,
      act: async () => {
        const answer = await deleteItem(item.id);
        if (answer.error === undefined) void navigate(queuePath(queue));
        return answer;
      },
    });
  return (
    <>
      <Button danger onClick={remove}>
        {texts.remove}
      </Button>
      {(!isWaiting || item.dueAt !== null) && (
        <Button
          type="primary"
          loading={requeueing.isLoading}
          onClick={() => void act(requeueItem(item.id), texts.requeueDone)}
        >
          {isWaiting ? texts.dueNow : texts.requeue}
        </Button>
      )}
    </>
  );
}

function ItemFacts({ queue, item }: { queue: string; item: Item }) {
  const { items: texts } = useTexts();
  const formats = useFormats();
  const moment = (at: unknown) => (typeof at === "string" ? <Ago at={at} /> : undefined);
  const other = (id: unknown) =>
    typeof id === "string" ? (
      <Link to={`${queuePath(queue)}/${id}`} className="mono">
        {id}
      </Link>
    ) : undefined;
  return (
    <Panel title={texts.facts}>
      <Facts
        facts={[
          ["Id", <span className="mono">{item.id}</span>],
          [texts.created, moment(item.createdAt)],
          [texts.claimed, moment(item.claimedAt)],
          [texts.ended, moment(item.finishedAt)],
          [texts.dueAt, typeof item.dueAt === "string" ? formats.moment(item.dueAt) : undefined],
          [texts.lease, typeof item.leaseUntil === "string" ? formats.moment(item.leaseUntil) : undefined],
          [texts.worker, item.worker],
          [texts.priority, String(item.priority)],
          [texts.attempts, String(item.attempts)],
          [texts.acquired, texts.times(item.acquired)],
          [texts.leaseNumber, String(item.leaseNumber)],
          [texts.orderKey, item.orderKey],
          [texts.concurrencyKey, item.concurrencyKey],
          [texts.from, other(item.fromItemId)],
          [texts.next, other(item.nextItemId)],
        ]}
      />
    </Panel>
  );
}

function Files({ item }: { item: string }) {
  const { items: texts, app } = useTexts();
  const formats = useFormats();
  const { data: files = [] } = useItemFilesQuery(item);
  return (
    <Panel title={texts.files}>
      {files.length === 0 && <p className="muted">{texts.noFiles}</p>}
      <ul className="rows">
        {files.map(({ id, name, size }) => (
          <li key={id} className="row">
            <span className="row-name">{name}</span>
            <span className="row-note">
              {formats.bytes(size)} ·{" "}
              <a href={`/api/v1/files/${id}/content`} download>
                {app.download}
              </a>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
