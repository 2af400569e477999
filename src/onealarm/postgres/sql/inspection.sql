-- name: list_jobs
-- Live jobs by ring, the most urgent first; then those that have ended, the last first. Due ($4) is a live job whose ring is no further
-- away than the lead.
select q.id, q.alarm_id, q.user_id, q.ring_at, coalesce(l.timezone, 'UTC') as timezone, q.state, q.attempt, q.run_after, q.reason,
       q.created_at, q.finished_at, case when q.finished_at is null then q.priority end as priority
from audio_generation_queue q
left join alarms l on l.id = q.alarm_id
where ($1::text is null or q.state = $1)
  and ($2::uuid is null or q.alarm_id = $2)
  and ($3::uuid is null or q.user_id = $3)
  and (not $4::boolean or (q.finished_at is null and q.ring_at <= onealarm.now() + onealarm.lead()))
order by q.finished_at is not null, case when q.finished_at is null then q.ring_at end, q.finished_at desc, q.id
limit $5;

-- name: find_job
-- One job with all that an operator asks next: its worker, the audio of its occurrence, whether the alarm still has that ring, and who
-- else is at it. A worker that has left without a word has no row any more.
select q.id, q.alarm_id, q.user_id, q.ring_at, coalesce(l.timezone, 'UTC') as timezone, q.state, q.attempt, q.run_after, q.reason,
       q.created_at, q.finished_at, case when q.finished_at is null then q.priority end as priority,
       q.scheduled_for, q.lease_token, q.worker_id, w.host as worker_host, w.started_at as worker_started_at,
       w.beat_at as worker_beat_at, coalesce(onealarm.beats(w.beat_at), false) as worker_lives,
       a.id as audio_id, a.status as audio_status, a.tier as audio_tier, a.reason as audio_reason,
       q.ring_at <= onealarm.now() as ring_has_passed,
       q.run_after > onealarm.now() as held_back,
       coalesce(l.active and l.next_trigger_at = q.ring_at, false)
           or exists (select from snoozes s where s.alarm_id = q.alarm_id and s.ring_at = q.ring_at) as alarm_has_the_ring,
       (select j.id from onealarm.live_jobs j where j.alarm_id = q.alarm_id and j.ring_at = q.ring_at) as live_job
from audio_generation_queue q
left join alarms l on l.id = q.alarm_id
left join onealarm.workers w on w.id = q.worker_id
left join audio a on a.alarm_id = q.alarm_id and a.ring_at = q.ring_at and a.audio_type = 'combined'
     and a.status in ('generating', 'ready', 'failed')
where q.id = $1;

-- name: list_other_jobs
-- The other jobs of the same occurrence, oldest first.
select o.id, o.alarm_id, o.user_id, o.ring_at, coalesce(l.timezone, 'UTC') as timezone, o.state, o.attempt, o.run_after, o.reason,
       o.created_at, o.finished_at, case when o.finished_at is null then o.priority end as priority
from audio_generation_queue q
join audio_generation_queue o
     on o.user_id = q.user_id and o.alarm_id = q.alarm_id and o.ring_at = q.ring_at and o.id <> q.id
left join alarms l on l.id = o.alarm_id
where q.id = $1
order by o.id;

-- name: lock_alarm_of_job
-- First of two locks: the alarm keeps its ring and its user meanwhile, and of two who ask at once the second waits.
select l.id from alarms l join audio_generation_queue q on q.alarm_id = l.id where q.id = $1 for no key update of l;

-- name: lock_job
-- Second, and the only one that ending a job needs. What is read after it, by a statement of its own, is what holds.
select id from audio_generation_queue where id = $1 for update;

-- name: insert_job_again
-- A new job for the occurrence of an ended one, which stays as it is.
insert into onealarm.live_jobs (alarm_id, user_id, ring_at, scheduled_for)
select alarm_id, user_id, ring_at, scheduled_for from audio_generation_queue where id = $1
on conflict (alarm_id, (ring_at at time zone 'UTC')) do nothing
returning id;

-- name: clear_run_after
-- No longer held back.
with cleared as (
    update onealarm.live_jobs set run_after = null where id = $1 and state = 'waiting' returning id, ring_at
)
select c.id, onealarm.hint_jobs(c.ring_at, c.id, c.ring_at, c.id) from cleared c;

-- name: cancel_job
-- Ended by a person. Its worker's token is gone with the lease, so that its late write finds nothing. The job was locked before: this
-- statement's own look at the audio sees what the worker wrote until then.
with held as materialized (
    select id from onealarm.live_jobs where id = $1 for update
), cancelled as materialized (
    select ended.* from held cross join lateral onealarm.end_jobs(array[held.id], 'cancelled', $2) as ended
), told as (
    update audio a
    set status = 'failed', reason = $2
    from cancelled c
    where a.alarm_id = c.alarm_id and a.ring_at = c.ring_at and a.audio_type = 'combined' and a.status = 'generating'
)
select id from cancelled;
