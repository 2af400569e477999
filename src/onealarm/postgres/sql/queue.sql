-- name: claim_jobs
-- Lease due jobs, earliest ring first: one range of the partial index claim_jobs, whatever waits behind it. The CTE is materialised
-- because a plain subquery with LIMIT may be run again per outer row, and lock more than it should. A worker that counts as dead, after a
-- long pause of its own or of the database, claims nothing before it has beaten again.
with due as materialized (
    select id
    from audio_generation_queue
    where state = 'waiting'
      and ring_at > onealarm.now()
      and ring_at <= onealarm.now() + onealarm.lead() + $3::interval
      and (run_after is null or run_after <= onealarm.now())
      and exists (
          select from onealarm.workers w where w.id = $1 and onealarm.beats(w.beat_at))
    order by ring_at, id
    limit $2
    for update skip locked
)
update audio_generation_queue q
set state = 'leased', lease_token = nextval('onealarm.lease_tokens'), worker_id = $1, attempt = q.attempt + 1,
    run_after = null
where q.id = any (array(select id from due))   -- an array keeps the planner from joining the whole table
returning q.id, q.alarm_id, q.user_id, q.ring_at, greatest(q.scheduled_for, q.created_at) as due_at, q.attempt,
          q.lease_token, onealarm.now() as claimed_at;

-- name: retry_job
-- Back to waiting, not before an instant.
update audio_generation_queue
set state = 'waiting', run_after = $3, reason = $4, lease_token = null, worker_id = null
where id = $1 and lease_token = $2 and state = 'leased'
returning id;

-- name: bury_job
-- Given up, with the reason; the occurrence's audio row says so to the client.
with buried as (
    update audio_generation_queue
    set state = 'dead', reason = $3, finished_at = onealarm.now(), lease_token = null, worker_id = null
    where id = $1 and lease_token = $2 and state = 'leased'
    returning alarm_id, ring_at
), told as (
    update audio a
    set status = 'failed', reason = $3
    from buried b
    where a.alarm_id = b.alarm_id and a.ring_at = b.ring_at and a.audio_type = 'combined' and a.status = 'generating'
)
select 1 from buried;

-- name: release_job
-- Back to waiting as if it had not been claimed.
update audio_generation_queue
set state = 'waiting', attempt = attempt - 1, lease_token = null, worker_id = null
where id = $1 and lease_token = $2 and state = 'leased'
returning id;

-- name: beat
-- The worker lives. After a gap in which it counted as dead, or a jump of the clock, a new life begins.
insert into onealarm.workers as w (id, host) values ($1, $2)
on conflict (id) do update
set beat_at = onealarm.now(),
    alive_since = case when onealarm.beats(w.beat_at) and w.alive_since <= onealarm.now() then w.alive_since else onealarm.now() end;

-- name: leave
-- The worker ends: what it holds goes back, and its row goes.
with released as (
    update audio_generation_queue
    set state = 'waiting', attempt = attempt - 1, lease_token = null, worker_id = null
    where id = any (array(
        select id from audio_generation_queue where worker_id = $1 and state = 'leased' order by id for update))
)
delete from onealarm.workers where id = $1;

-- name: rescue_jobs
-- The jobs of the dead: of workers that beat no more, or have left without a word. The attempt counts. Only who has lived for the time in
-- which others are declared dead may declare it: when the database was away from all, each gets the chance to beat first.
update audio_generation_queue
set state = 'waiting', reason = 'its worker died', lease_token = null, worker_id = null
where id = any (array(
    select q.id from audio_generation_queue q
    where q.state = 'leased'
      and not exists (
          select from onealarm.workers w where w.id = q.worker_id and onealarm.beats(w.beat_at))
      and exists (
          select from onealarm.workers w
          where w.id = $1 and onealarm.beats(w.beat_at)
            and w.alive_since <= onealarm.now() - onealarm.stale())
    order by q.id for update skip locked))
returning id;

-- name: release_unheld
-- What is leased to the worker and not in its hands: the answer to its claim was lost on the way.
update audio_generation_queue
set state = 'waiting', attempt = attempt - 1, lease_token = null, worker_id = null
where id = any (array(
    select id from audio_generation_queue
    where worker_id = $1 and state = 'leased' and lease_token <> all ($2::bigint[])
    order by id for update))
returning id;

-- name: forget
-- Finished jobs are kept a week and rows of dead workers a day, for the operator.
with workers as (
    delete from onealarm.workers where beat_at < onealarm.now() - interval '1 day'
)
delete from audio_generation_queue where finished_at < onealarm.now() - interval '7 days' returning id;

-- name: expire_jobs
-- The ring has come: what is not done by now is of no use.
-- Waiting and leased jobs are found by two subqueries, because each has a partial index of its own.
with expired as (
    update audio_generation_queue
    set state = 'expired', reason = coalesce(reason, 'the ring came first'), finished_at = onealarm.now(),
        lease_token = null, worker_id = null
    where id = any (array(
            select id from audio_generation_queue where state = 'waiting' and ring_at <= onealarm.now()
            order by ring_at, id for update skip locked)
        || array(
            select id from audio_generation_queue where state = 'leased' and ring_at <= onealarm.now()
            order by id for update skip locked))
    returning id, alarm_id, ring_at
), told as (
    update audio a
    set status = 'failed', reason = 'the ring came first'
    from expired e
    where a.alarm_id = e.alarm_id and a.ring_at = e.ring_at and a.audio_type = 'combined' and a.status = 'generating'
)
select id from expired;

-- name: tell_time
-- The clock that decides.
select onealarm.now();

-- name: count_jobs
-- For the metrics: what is due, how late the oldest is, what is held.
select count(*) filter (where state = 'waiting' and scheduled_for <= onealarm.now()) as due,
       count(*) filter (where state = 'leased') as leased,
       coalesce(extract(epoch from max(onealarm.now() - greatest(scheduled_for, created_at))
           filter (where state = 'waiting' and scheduled_for <= onealarm.now())), 0)::float8 as oldest_due_seconds
from (
    select state, scheduled_for, created_at from audio_generation_queue where state = 'leased'
    union all
    select state, scheduled_for, created_at from audio_generation_queue
    where state = 'waiting' and ring_at <= onealarm.now() + onealarm.lead()
) as live;
