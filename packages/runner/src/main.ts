export { digestOf, pack } from "./archive.ts";
export { archiveLimits } from "./archive-limits.ts";
export { type FieldProblem, Refusal, type RefusalCode } from "./failures.ts";
export type { Job, JobError, JobObserver, JobOutcome, JobResult } from "./job.ts";
export { Jobs, type JobsDescription, type JobsOptions } from "./jobs.ts";
export { type Manifest, manifestFile, readManifest } from "./manifest.ts";
export { helperOf } from "./plugin-helpers.ts";
export { runtimeNames } from "./runtime-names.ts";
