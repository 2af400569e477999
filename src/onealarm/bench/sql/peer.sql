-- What became of the jobs, asked of the peers' own tables. Each answers with waiting, leased and done, in that order;
-- $1 is how many went in.

-- name: count_pgqueuer
-- A finished job leaves the queue and has a row in the log.
select
  (select count(*) from pgqueuer where status = 'queued') as waiting,
  (select count(*) from pgqueuer where status = 'picked') as leased,
  (select count(*) from pgqueuer_log where status = 'successful') as done,
  $1::bigint as filled;

-- name: count_procrastinate
-- A finished job stays, with its state.
select
  count(*) filter (where status = 'todo') as waiting,
  count(*) filter (where status = 'doing') as leased,
  count(*) filter (where status = 'succeeded') as done,
  $1::bigint as filled
from procrastinate_jobs;

-- name: count_graphile_worker
-- A finished job is deleted, a failed one stays with its error and is counted nowhere.
select
  count(*) filter (where locked_at is null and last_error is null) as waiting,
  count(*) filter (where locked_at is not null) as leased,
  $1::bigint - count(*) as done,
  $1::bigint as filled
from graphile_worker.jobs;
