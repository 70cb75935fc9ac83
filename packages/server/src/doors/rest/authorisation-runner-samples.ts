import { newId } from "../../kit/ids.ts";
import {
  aclOf,
  bare,
  fresh,
  listed,
  onFile,
  type Room,
  type Sample,
  type SampleRequest,
  withBody,
} from "./authorisation-room.ts";

/** A package with one version, and the version in the parameters where a route asks for it. */
async function onPackage(room: Room): Promise<SampleRequest & { params: { packageName: string } }> {
  const { packages } = room.house;
  const archive = await room.archiveOf(fresh("package"));
  const call = { ...room.owner, epoch: undefined };
  const { package: name } = await packages.pushPackage(call, {
    stream: archive.stream(),
  });
  const { id } = await packages.updatePackage(call, name, { acl: aclOf(room) });
  return { params: { packageName: id }, secret: id };
}

async function onPackageVersion(room: Room): Promise<SampleRequest> {
  const { params, secret } = await onPackage(room);
  return { params: { ...params, version: "1.0.0" }, secret };
}

async function onJob(room: Room): Promise<SampleRequest & { params: { job: string } }> {
  const { params } = await onPackage(room);
  const wanted = { package: params.packageName, function: "greet" };
  const { id } = await room.house.jobs.submitJob({ ...room.owner, epoch: undefined }, wanted);
  return { params: { job: id }, secret: id };
}

async function onEndedJob(room: Room): Promise<SampleRequest> {
  const made = await onJob(room);
  await room.house.jobs.cancelJob({ ...room.owner, epoch: undefined }, made.params.job);
  return made;
}

/** A job that was given a file. */
async function onJobFile(room: Room): Promise<SampleRequest> {
  const { params } = await onPackage(room);
  const file = (await onFile(room)).params!["file"]!;
  const wanted = { package: params.packageName, function: "greet", files: [file] };
  const { id } = await room.house.jobs.submitJob({ ...room.owner, epoch: undefined }, wanted);
  return { params: { job: id, file } };
}

const packageSamples: Record<string, Sample> = {
  pushPackage: {
    make: async (room) => ({
      headers: { "content-type": "application/gzip" },
      body: await room.archiveOf(fresh("package")),
    }),
  },
  listPackages: { make: async (room) => listed((await onPackage(room)).secret, "500") },
  getPackage: { make: onPackage },
  updatePackage: { make: withBody(onPackage, { description: "other" }) },
  listPackageVersions: { make: onPackage },
  getPackageVersion: { make: onPackageVersion },
  downloadPackage: { make: onPackageVersion },
  listFunctions: { make: onPackageVersion },
  promotePackage: { make: withBody(onPackage, { version: "1.0.0", channel: "stable" }) },
  deletePackage: { make: onPackage },
  yankPackageVersion: { make: withBody(onPackageVersion, { reason: "broken" }) },
};

async function onRunner(room: Room): Promise<SampleRequest & { params: { runner: string } }> {
  const { enrolment } = room.house.runners;
  const { token } = await enrolment.createToken(room.system, {});
  const { runnerId } = await enrolment.enrol(room.system, { token, csr: await room.makeRequest() });
  await room.house.runners.updateRunner(room.system, runnerId, { acl: aclOf(room) });
  return { params: { runner: runnerId }, secret: runnerId };
}

async function onEnrolmentToken({ house, system }: Room): Promise<SampleRequest> {
  const { id } = await house.runners.enrolment.createToken(system, {});
  return { params: { token: id } };
}

async function onDenial({ house, system }: Room): Promise<SampleRequest> {
  const { id } = await house.runners.createDenial(system, { kind: "runner", value: newId() });
  return { params: { denial: id } };
}

/** One authority can come next at a time. */
async function withoutNextAuthority({ house, system }: Room): Promise<SampleRequest> {
  const { authorities } = house.runners;
  const known = await authorities.listAuthorities(system);
  if (known.some(({ state }) => state === "next"))
    await authorities.activateAuthority(system, { force: true });
  return {};
}

async function withNextAuthority(room: Room): Promise<SampleRequest> {
  await withoutNextAuthority(room);
  await room.house.runners.authorities.prepareAuthority(room.system);
  return { body: { force: true } };
}

const runnerSamples: Record<string, Sample> = {
  listRunners: { make: async (room) => listed((await onRunner(room)).secret, "500") },
  getRunner: { make: onRunner },
  updateRunner: { make: withBody(onRunner, {}) },
  deleteRunner: { make: onRunner },
  blockRunner: { make: onRunner },
  unblockRunner: { make: onRunner },
  drainRunner: { make: onRunner },
  createEnrolmentToken: { make: withBody(bare, { tags: ["gpu"] }) },
  listEnrolmentTokens: { make: bare },
  deleteEnrolmentToken: { make: onEnrolmentToken },
  enrolRunner: {
    make: async ({ house, system, makeRequest }) => {
      const { token } = await house.runners.enrolment.createToken(system, {});
      return { body: { token, csr: await makeRequest() } };
    },
  },
  listRunnerAuthorities: { make: bare },
  prepareRunnerAuthority: { make: withoutNextAuthority },
  activateRunnerAuthority: { make: withNextAuthority },
  createRunnerDenial: { make: async () => ({ body: { kind: "runner", value: newId() } }) },
  listRunnerDenials: { make: bare },
  deleteRunnerDenial: { make: onDenial },
};

const jobSamples: Record<string, Sample> = {
  submitJob: {
    make: async (room) => {
      const { params } = await onPackage(room);
      return { body: { package: params.packageName, function: "greet" } };
    },
    changesNothing: true,
    except: { nobody: 404, why: "the package that the body names is hidden from who may not read it" },
  },
  waitForJob: { make: withBody(onJob, { waitMs: 0 }) },
  listJobs: { make: async (room) => listed((await onJob(room)).secret, "500") },
  getJob: { make: onJob },
  jobHistory: { make: onJob },
  lateResults: { make: onJob },
  jobLogs: { make: onJob },
  followLog: { make: onJob },
  listJobFiles: { make: onJobFile },
  downloadJobFile: { make: onJobFile },
  cancelJob: { make: onJob },
  retryJob: { make: onEndedJob },
};

/** What packages, jobs and runners are asked for. */
export const runnerAndJobSamples: Readonly<Record<string, Sample>> = {
  ...packageSamples,
  ...runnerSamples,
  ...jobSamples,
};
