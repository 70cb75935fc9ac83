import { Link } from "react-router";
import { Code } from "../../parts/Code.tsx";
import { useTexts } from "../../texts/use-texts.ts";

const worker = `import { createClient } from "@millrace/sdk";

const client = createClient({ url: process.env.MILLRACE_URL, token: process.env.MILLRACE_TOKEN });
client.worker("hello", async (item) => {
  console.log(item.payload);
});`;

/** What to do on an empty system, until there is a queue. */
export function FirstSteps() {
  const { home, nav, queues } = useTexts();
  return (
    <section className="panel first" aria-label={home.firstTitle}>
      <h2>{home.firstTitle}</h2>
      <p className="muted">{home.firstIntro}</p>
      <ol>
        <li>
          <h3>{home.firstQueue}</h3>
          <p className="muted">{home.firstQueueHint}</p>
          <Link to="/work-items">{queues.create}</Link>
        </li>
        <li>
          <h3>{home.firstItem}</h3>
          <p className="muted">{home.firstItemHint}</p>
          <Link to="/work-items">{nav.workItems}</Link>
        </li>
        <li>
          <h3>{home.firstWorker}</h3>
          <p className="muted">{home.firstWorkerHint}</p>
          <Link to="/settings/tokens">{home.firstToken}</Link>
          <Code text={worker} label={home.firstWorker} />
        </li>
      </ol>
    </section>
  );
}
