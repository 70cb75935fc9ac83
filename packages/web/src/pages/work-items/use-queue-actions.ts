import type { MenuProps } from "antd";
import { useNavigate } from "react-router";
import {
  type ItemState,
  type Purge,
  useDeleteQueueMutation,
  usePauseQueueMutation,
  usePurgeQueueMutation,
  useRequeueItemsMutation,
  useResumeQueueMutation,
} from "../../api/work-items-api.ts";
import { useAct } from "../../parts/use-act.ts";
import { useDanger } from "../../parts/use-danger.ts";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";

type Counts = Record<ItemState, number>;

/** What can be done with a whole queue. What nothing would come of is not offered. */
export function useQueueActions(name: string, paused: boolean, counts: Counts | undefined) {
  const { queues: texts, items: itemTexts, states } = useTexts();
  const formats = useFormats();
  const act = useAct();
  const [pause] = usePauseQueueMutation();
  const [resume] = useResumeQueueMutation();
  const [requeueItems] = useRequeueItemsMutation();
  const purge = usePurge(name, counts);
  const remove = useRemove(name, counts);
  const togglePause = () =>
    paused ? act(resume(name), texts.resumedDone(name)) : act(pause(name), texts.pausedDone(name));
  const requeue = async (state: "failed" | "abandoned") => {
    const answer = requeueItems({ queue: name, state });
    if (await act(answer)) {
      const { count } = await answer.unwrap();
      await act(Promise.resolve({}), itemTexts.requeuedAll(formats.number(count)));
    }
  };
  const has = (state: ItemState) => (counts?.[state] ?? 0) > 0;
  const requeued = (["failed", "abandoned"] as const).filter(has);
  const purged = (["failed", "abandoned", "successful"] as const).filter(has);
  const waits = has("new") || has("retry");
  const items: MenuProps["items"] = [
    ...requeued.map((state) => ({
      key: `requeue ${state}`,
      label: itemTexts.requeueAll(states[state]),
      onClick: () => void requeue(state),
    })),
    ...[...(waits ? (["waiting"] as const) : []), ...purged].map((what) => ({
      key: `purge ${what}`,
      danger: true,
      label: itemTexts.purge(states[what]),
      onClick: () => purge(what),
    })),
    { key: "remove", danger: true, label: texts.remove, onClick: remove },
  ];
  return { menu: { items }, togglePause };
}

function usePurge(name: string, counts: Counts | undefined): (what: Purge) => void {
  const { items: texts, states } = useTexts();
  const formats = useFormats();
  const danger = useDanger();
  const [purgeQueue] = usePurgeQueueMutation();
  return (what) => {
    const count = what === "waiting" ? (counts?.new ?? 0) + (counts?.retry ?? 0) : (counts?.[what] ?? 0);
    danger({
      title: texts.purgeTitle(formats.number(count), states[what], name),
      content: texts.removeText,
      okText: texts.remove,
      act: () => purgeQueue({ queue: name, what }),
    });
  };
}

function useRemove(name: string, counts: Counts | undefined): () => void {
  const { queues: texts, app } = useTexts();
  const formats = useFormats();
  const danger = useDanger();
  const navigate = useNavigate();
  const [deleteQueue] = useDeleteQueueMutation();
  return () => {
    const count = Object.values(counts ?? {}).reduce((sum, each) => sum + each, 0);
    danger({
      title: texts.removeTitle(name),
      content: texts.removeText(formats.number(count)),
      okText: app.remove,
      act: async () => {
        const answer = await deleteQueue(name);
        if (answer.error === undefined) void navigate("/work-items");
        return answer;
      },
    });
  };
}
