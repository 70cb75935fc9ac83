import { Button } from "antd";
import { type Received, useEndReceivedMutation, useReceiveMutation } from "../../api/messages-api.ts";
import { JsonText, prettyJson } from "../../parts/JsonText.tsx";
import { Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useAct } from "../../parts/use-act.ts";
import { useTexts } from "../../texts/use-texts.ts";

const endings = ["requeue", "reject", "acknowledge"] as const;

/** Takes one message as a consumer would, to look at it and to say what becomes of it. */
export function NextMessage({ queue }: { queue: string }) {
  const { messages: texts } = useTexts();
  const [receive, { data: message, error, isLoading, isSuccess, reset }] = useReceiveMutation();
  // The one at hand is ended first; after its minute it goes back by itself.
  return (
    <Panel
      title={texts.take}
      more={
        <Button loading={isLoading} disabled={Boolean(message)} onClick={() => void receive(queue)}>
          {texts.take}
        </Button>
      }
    >
      <p className="muted">{texts.takeHint}</p>
      {error && <ProblemNote problem={error} />}
      {isSuccess && !message && <p role="status">{texts.nothing}</p>}
      {message && <Taken queue={queue} message={message} onEnd={reset} />}
    </Panel>
  );
}

function Taken({ queue, message, onEnd }: { queue: string; message: Received; onEnd: () => void }) {
  const { messages: texts } = useTexts();
  const act = useAct();
  const [end, { isLoading }] = useEndReceivedMutation();
  const labels = { requeue: texts.putBack, reject: texts.reject, acknowledge: texts.acknowledge };
  const { receipt, deliveries } = message;
  const say = async (ending: (typeof endings)[number]) => {
    // Also where it did not work: then its minute was over, and it went back.
    await act(end({ queue, receipt, ending }), texts.ended[ending]);
    onEnd();
  };
  const { data, sender } = message.message;
  return (
    <div className="stack">
      <p>
        {texts.handedOut(deliveries)} · {texts.sender} {sender.name}
      </p>
      <JsonText label={texts.data} value={prettyJson(data)} />
      <div className="buttons">
        {endings.map((ending) => (
          <Button
            key={ending}
            loading={isLoading}
            danger={ending === "reject"}
            onClick={() => void say(ending)}
          >
            {labels[ending]}
          </Button>
        ))}
      </div>
    </div>
  );
}
