-- What programs keep beside a queue.

alter table queues.queues add column metadata jsonb not null default '{}';
