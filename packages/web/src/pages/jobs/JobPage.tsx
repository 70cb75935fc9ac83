import { Alert, Button } from "antd";
import { Link, useNavigate, useParams } from "react-router";
import {
  useCancelJobMutation,
  useJobFilesQuery,
  useJobQuery,
  useRetryJobMutation,
} from "../../api/jobs-api.ts";
import type { Job } from "../../api/overview-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Facts } from "../../parts/Facts.tsx";
import { JsonText, prettyJson } from "../../parts/JsonText.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page, Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { State } from "../../parts/State.tsx";
import { useDanger } from "../../parts/use-danger.ts";
import { useAct } from "../../parts/use-act.ts";
import { Words } from "../../parts/Words.tsx";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";
import { JobHistory } from "./JobHistory.tsx";
import { JobLog } from "./JobLog.tsx";
import { nameOfJob } from "./name-of-job.ts";

/** One job: what it was given, what it says while it runs, and what came of it. */
export function JobPage() {
  const { job: id = "" } = useParams();
  const { jobs: texts } = useTexts();
  const { data: job, error, refetch } = useJobQuery(id);
  const path = [{ to: "/jobs", label: texts.title }];
  if (job === undefined || error !== undefined) {
    return (
      <Page title={texts.job} path={path}>
        {error ? <ProblemNote problem={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
  return (
    <Page
      title={nameOfJob(job)}
      path={path}
      note={<State state={job.state} />}
      actions={<JobActions job={job} />}
    >
      {job.error !== null && (
        <Alert type="error" showIcon title={job.error.message} description={job.error.outcome} />
      )}
      {job.waitingFor !== undefined && (
        <Alert type="info" showIcon title={`${texts.waitingFor}: ${job.waitingFor}`} />
      )}
      <div className="columns">
        <div className="column">
          <JobLog key={id} job={id} />
          <Panel title={texts.output}>
            {job.output === null || job.output === undefined ? (
              <p className="muted">{texts.noOutput}</p>
            ) : (
              <JsonText label={texts.output} value={prettyJson(job.output)} />
            )}
          </Panel>
          <Panel title={texts.input}>
            <JsonText label={texts.input} value={prettyJson(job.input)} />
          </Panel>
        </div>
        <div className="column">
          <JobFacts job={job} />
          <Files job={id} />
          <JobHistory job={id} />
        </div>
      </div>
    </Page>
  );
}

function JobActions({ job }: { job: Job }) {
  const { jobs: texts } = useTexts();
  const act = useAct();
  const danger = useDanger();
  const navigate = useNavigate();
  const [cancel] = useCancelJobMutation();
  const [retry, retrying] = useRetryJobMutation();
  const isLive = job.endedAt === null;
  const again = async () => {
    const answer = await retry(job.id);
    if (await act(Promise.resolve(answer), texts.retried)) void navigate(`/jobs/${answer.data!.id}`);
  };
  const askCancel = () =>
    danger({
      title: texts.cancelTitle(nameOfJob(job)),
      content: texts.cancelText,
      okText: texts.cancel,
      act: () => cancel(job.id),
    });
  return isLive ? (
    <Button danger onClick={askCancel} disabled={job.cancelRequestedAt !== null}>
      {texts.cancel}
    </Button>
  ) : (
    <Button type="primary" loading={retrying.isLoading} onClick={() => void again()}>
      {texts.retry}
    </Button>
  );
}

function JobFacts({ job }: { job: Job }) {
  const { jobs: texts } = useTexts();
  const formats = useFormats();
  const moment = (at: string | null) => (at === null ? undefined : <Ago at={at} />);
  const { startedAt, endedAt, runnerId } = job;
  const took =
    startedAt !== null && endedAt !== null ? Date.parse(endedAt) - Date.parse(startedAt) : undefined;
  return (
    <Panel title={texts.facts}>
      <Facts
        facts={[
          ["Id", <span className="mono">{job.id}</span>],
          [texts.version, job.packageVersion],
          [
            texts.runner,
            runnerId === null ? undefined : <Link to={`/runners/${runnerId}`}>{job.runner}</Link>,
          ],
          [texts.created, moment(job.createdAt)],
          [texts.by, job.createdBy],
          [texts.started, moment(startedAt)],
          [texts.ended, moment(endedAt)],
          [texts.took, took === undefined ? undefined : formats.span(took)],
          [texts.attempts, `${job.attempts} / ${job.attemptsMax}`],
          [texts.timeout, formats.duration(job.timeoutMs)],
          [texts.tags, job.tags.length === 0 ? undefined : <Words words={job.tags} />],
          [
            texts.from,
            job.fromJobId === null ? undefined : (
              <Link to={`/jobs/${job.fromJobId}`} className="mono">
                {job.fromJobId}
              </Link>
            ),
          ],
        ]}
      />
    </Panel>
  );
}

function Files({ job }: { job: string }) {
  const { jobs: texts, app } = useTexts();
  const formats = useFormats();
  const { data: files = [] } = useJobFilesQuery(job);
  if (files.length === 0) return null;
  return (
    <Panel title={texts.files}>
      <ul className="rows">
        {files.map(({ id, name, size }) => (
          <li key={id} className="row">
            <span className="row-name">{name}</span>
            <span className="row-note">
              {formats.bytes(size)} ·{" "}
              <a href={`/api/v1/jobs/${job}/files/${id}/content`} download>
                {app.download}
              </a>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
