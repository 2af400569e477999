-- The jobs of an endurance run: put in as they come due, and looked for at the end.

-- name: put_jobs
-- Due at an instant of their own each. Their rings come in the same order, as those of alarms do.
insert into onealarm.live_jobs (alarm_id, user_id, ring_at, scheduled_for, created_at)
select alarm_id, user_id, due_at + $4::interval, due_at, due_at
from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as due (alarm_id, user_id, due_at)
on conflict (alarm_id, (ring_at at time zone 'UTC')) do nothing;

-- name: put_missing_jobs
-- Again, where it is not known whether they are in: those are left out that live or have ended, as one snapshot sees both.
insert into onealarm.live_jobs (alarm_id, user_id, ring_at, scheduled_for, created_at)
select alarm_id, user_id, due_at + $4::interval, due_at, due_at
from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as due (alarm_id, user_id, due_at)
where not exists (
        select from onealarm.live_jobs q where q.alarm_id = due.alarm_id and q.ring_at = due.due_at + $4::interval)
  and not exists (
        select from onealarm.ended_jobs q
        where q.user_id = due.user_id and q.alarm_id = due.alarm_id and q.ring_at = due.due_at + $4::interval)
on conflict (alarm_id, (ring_at at time zone 'UTC')) do nothing;

-- name: count_live_jobs
-- What is not over yet.
select count(*) from onealarm.live_jobs;

-- name: read_jobs
-- All there are, live and ended.
select id, alarm_id, state, finished_at from audio_generation_queue;

-- name: read_sizes
-- Dead rows by the statistics (which a crash of the server empties), and bytes with indexes.
select coalesce(sum(n_dead_tup) filter (where relname = 'live_jobs'), 0)::bigint as live_dead,
       coalesce(sum(n_dead_tup) filter (where relname like 'ended\_jobs\_%'), 0)::bigint as ended_dead,
       pg_total_relation_size('onealarm.live_jobs') as live_bytes
from pg_stat_all_tables
where schemaname = 'onealarm';

-- name: take_snapshot
-- Anything that is asked in a transaction of repeatable reads fixes what it sees, and what vacuum must leave alone.
select 1;
