/** What the pages of work say: queues, work items, messages, packages, jobs and runners. */
export const enWork = {};
