/** What people know a job by: its package, and which of its functions. */
export function nameOfJob(job: { package: string; function: string | null }): string {
  return job.function === null ? job.package : `${job.package} · ${job.function}`;
}
