-- name: claim_jobs
-- Lease due jobs, earliest ring first, that lie behind one place in that order ($4, $5) and not behind another ($6, $7): one range of the
-- index claim_jobs, whatever waits behind it. The CTE is materialised because a plain subquery with LIMIT may be run again per outer row,
-- and lock more than it should. A worker that counts as dead, after a long pause of its own or of the database, claims nothing before it
-- has beaten again; its row is locked, so that nobody declares it dead before this claim is seen. What is claimed ahead of a free slot
-- ($8 is false) has not begun. All that changes stands in no index: the new row is written beside the old one and nothing else.
with worker as materialized (
    select w.reach, onealarm.now() as instant from onealarm.workers w
    where w.id = $1 and onealarm.beats(w.beat_at)
    for key share
), due as materialized (
    select q.ctid as at
    from onealarm.live_jobs q
    where q.state = 'waiting'
      and (q.ring_at, q.id + 0) > (
          greatest($4::timestamptz, (select instant from worker)),
          case when $4 > (select instant from worker) then $5::bigint else 9223372036854775807 end)
      and (q.ring_at, q.id + 0) <= ($6::timestamptz, $7::bigint)
      and q.ring_at <= (select instant + onealarm.lead() + $3::interval from worker)
      and q.ring_at <= (select reach from worker)
      and (q.run_after is null or q.run_after <= (select instant from worker))
    order by q.ring_at, q.id + 0
    limit $2
    for update skip locked
)
update onealarm.live_jobs q
set state = 'leased', lease_token = nextval('onealarm.lease_tokens'), worker_id = $1, run_after = null,
    attempt = q.attempt + $8::boolean::integer, begun_at = case when $8 then (select instant from worker) end
where q.ctid = any (array(select at from due))   -- where they lie, which no plan can make a search
returning q.id, q.alarm_id, q.user_id, q.ring_at, greatest(q.scheduled_for, q.created_at) as due_at,
          q.attempt + (not $8)::integer as attempt, (select instant from worker) as claimed_at, q.lease_token;

-- name: begin_jobs
-- Work begins on jobs that were claimed ahead: from now on the attempt counts.
update onealarm.live_jobs q
set attempt = q.attempt + 1, begun_at = onealarm.now()
where q.id = any (array(
    select held.id from (select * from unnest($1::bigint[], $2::bigint[]) as mine (id, lease_token) order by id) as mine
    cross join lateral (
        select q.id from onealarm.live_jobs q
        where q.id = mine.id and q.lease_token = mine.lease_token and q.state = 'leased' and q.begun_at is null
        limit 1 for update) as held))
returning q.id;

-- name: finish_jobs
-- Done, n at once: each only under its lease. Locked in the order of their ids, as everywhere; one after the other, by the primary key,
-- whatever the planner believes of leases.
with held as materialized (
    select held.id from (select * from unnest($1::bigint[], $2::bigint[]) as mine (id, lease_token) order by id) as mine
    cross join lateral (
        select q.id from onealarm.live_jobs q
        where q.id = mine.id and q.lease_token = mine.lease_token and q.state = 'leased'
        limit 1 for update) as held
)
select array_agg(ended.id) from onealarm.end_jobs(array(select id from held), 'done', null) as ended;

-- name: retry_jobs
-- Back to waiting, n at once, each not before its instant ($3) and with its reason ($4). Locked as by finish_jobs; the ids are named twice,
-- so that whatever the planner believes, jobs are looked up by them.
with asked as materialized (
    select * from unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::text[]) as a (id, lease_token, run_after, reason) order by id
), held as materialized (
    select held.id, a.run_after, a.reason from asked a cross join lateral (
        select q.id from onealarm.live_jobs q
        where q.id = a.id and q.lease_token = a.lease_token and q.state = 'leased'
        limit 1 for update) as held
)
update onealarm.live_jobs q
set state = 'waiting', run_after = h.run_after, reason = h.reason, lease_token = null, worker_id = null
from held h
where q.id = h.id and q.id = any (array(select id from held))
returning q.id;

-- name: bury_jobs
-- Given up, n at once, each with its reason ($3); the occurrence's audio row says so to the client. Those of one reason end together.
with asked as materialized (
    select * from unnest($1::bigint[], $2::bigint[], $3::text[]) as a (id, lease_token, reason) order by id
), held as materialized (
    select held.id, a.reason from asked a cross join lateral (
        select q.id from onealarm.live_jobs q
        where q.id = a.id and q.lease_token = a.lease_token and q.state = 'leased'
        limit 1 for update) as held
), alike as materialized (
    select array_agg(id order by id) as ids, reason from held group by reason
), buried as materialized (
    select ended.id, ended.alarm_id, ended.ring_at, alike.reason
    from alike cross join lateral onealarm.end_jobs(alike.ids, 'dead', alike.reason) as ended
), silent as materialized (
    select a.id, b.reason
    from audio a join buried b on a.alarm_id = b.alarm_id and a.ring_at = b.ring_at
    where a.audio_type = 'combined' and a.status = 'generating'
    order by a.id
    for update of a
), told as (
    update audio a set status = 'failed', reason = s.reason from silent s where a.id = s.id
)
select id from buried;

-- name: release_jobs
-- Back to waiting as if they had not been claimed, n at once.
with held as materialized (
    select held.id from (select * from unnest($1::bigint[], $2::bigint[]) as mine (id, lease_token) order by id) as mine
    cross join lateral (
        select q.id from onealarm.live_jobs q
        where q.id = mine.id and q.lease_token = mine.lease_token and q.state = 'leased'
        limit 1 for update) as held
)
update onealarm.live_jobs q
set state = 'waiting', attempt = q.attempt - (q.begun_at is not null)::integer, lease_token = null, worker_id = null
where q.id = any (array(select id from held))
returning q.id;

-- name: beat
-- The worker lives. After a gap in which it counted as dead, or a jump of the clock, a new life begins. It claims nothing beyond its reach,
-- which grows with each beat; the minute is more than passes between two.
insert into onealarm.workers as w (id, host, reach, slots, held, done, failed, worked, briefings, segments, spoken, speaking, models)
values ($1, $2, onealarm.now() + onealarm.lead() + $3::interval + interval '1 minute', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (id) do update
set beat_at = onealarm.now(), reach = greatest(w.reach, excluded.reach),
    slots = excluded.slots, held = excluded.held, done = excluded.done, failed = excluded.failed, worked = excluded.worked,
    briefings = excluded.briefings, segments = excluded.segments, spoken = excluded.spoken, speaking = excluded.speaking, models = excluded.models,
    alive_since = case when onealarm.beats(w.beat_at) and w.alive_since <= onealarm.now() then w.alive_since else onealarm.now() end
returning w.beat_at;

-- name: leave
-- The worker ends: what it holds goes back, and its row goes. Found by the index first, and then locked in the order of ids: to ask for
-- that order at once would lead along all ids.
with mine as materialized (
    select q.id from onealarm.live_jobs q
    where q.ring_at <= (select w.reach from onealarm.workers w where w.id = $1) and q.worker_id = $1 and q.state = 'leased'
), released as (
    update onealarm.live_jobs
    set state = 'waiting', attempt = attempt - (begun_at is not null)::integer, lease_token = null, worker_id = null
    where id = any (array(
        select q.id from onealarm.live_jobs q
        where q.id = any (array(select id from mine)) and q.worker_id = $1 and q.state = 'leased'
        order by q.id for update))
)
delete from onealarm.workers where id = $1;

-- name: rescue_jobs
-- The jobs of workers that beat no more. What was begun counts as an attempt. Only who has lived for the time in which others are declared
-- dead may declare it: when the database was away from all, each gets the chance to beat first. A dead worker whose every lease is given
-- back holds nothing; while one of its rows is locked, by a statement of its own that hangs, it is looked at again. So it is for as long
-- again as made it dead: its last claim may have been committed after this statement's view of the jobs was taken.
with dead as materialized (
    select w.id, w.reach from onealarm.workers w
    where w.reach > '-infinity' and not onealarm.beats(w.beat_at)
      and exists (
          select from onealarm.workers r
          where r.id = $1 and onealarm.beats(r.beat_at) and r.alive_since <= onealarm.now() - onealarm.stale())
    order by w.id
    for update skip locked
), orphans as materialized (
    select q.id, q.worker_id from onealarm.live_jobs q
    where q.ring_at <= (select max(reach) from dead) and q.state = 'leased' and q.worker_id = any (array(select id from dead))
), free as materialized (
    select q.id from onealarm.live_jobs q
    where q.id = any (array(select id from orphans)) and q.state = 'leased' and q.worker_id = any (array(select id from dead))
    order by q.id
    for update skip locked
), rescued as (
    update onealarm.live_jobs q
    set state = 'waiting', reason = 'its worker died', lease_token = null, worker_id = null
    where q.id = any (array(select id from free))
    returning q.id
), emptied as (
    update onealarm.workers w set reach = '-infinity'
    where w.id in (select id from dead) and w.beat_at <= onealarm.now() - 2 * onealarm.stale()
      and not exists (select from orphans o where o.worker_id = w.id and o.id not in (select id from free))
)
select id from rescued;

-- name: release_unheld
-- What is leased to the worker and not in its hands: the answer to its claim was lost on the way.
with mine as materialized (
    select q.id from onealarm.live_jobs q
    where q.ring_at <= (select w.reach from onealarm.workers w where w.id = $1) and q.worker_id = $1 and q.state = 'leased'
      and q.lease_token <> all ($2::bigint[])
)
update onealarm.live_jobs
set state = 'waiting', attempt = attempt - (begun_at is not null)::integer, lease_token = null, worker_id = null
where id = any (array(
    select q.id from onealarm.live_jobs q
    where q.id = any (array(select id from mine)) and q.worker_id = $1 and q.state = 'leased' and q.lease_token <> all ($2::bigint[])
    order by q.id for update))
returning id;

-- name: prepare_days
-- Where what ends today and on the next two days is kept.
select onealarm.prepare_days((onealarm.now() at time zone 'UTC')::date, (onealarm.now() at time zone 'UTC')::date + 2);

-- name: drop_day
-- Ended jobs are kept for a week, for the operator: the first day that is over by more than that.
select onealarm.drop_day(interval '7 days');

-- name: forget
-- What ended on a day that had not been prepared, after the same week; and rows of dead workers that hold nothing, after a day.
with workers as (
    delete from onealarm.workers where beat_at < onealarm.now() - interval '1 day' and reach = '-infinity'
)
delete from onealarm.ended_jobs_other where finished_at < onealarm.now() - interval '7 days' returning id;

-- name: expire_jobs
-- The ring has come: what is not done by now is of no use. At most so many at once, so that no statement takes long; of rings after an
-- instant, because of those long past the index may still be full.
with over as materialized (
    select q.id from onealarm.live_jobs q
    where q.ring_at > $2 and q.ring_at <= onealarm.now()
    order by q.ring_at, q.id + 0
    limit $1
    for update skip locked
), expired as materialized (
    select ended.id, ended.alarm_id, ended.ring_at
    from onealarm.end_jobs(array(select id from over order by id), 'expired', 'the ring came first') as ended
), told as (
    update audio a
    set status = 'failed', reason = 'the ring came first'
    from expired e
    where a.alarm_id = e.alarm_id and a.ring_at = e.ring_at and a.audio_type = 'combined' and a.status = 'generating'
)
select id from expired;

-- name: find_first
-- Where the first job waits that could be claimed. It is looked for beside the claims, because it may lie behind all that is done.
select q.ring_at, q.id
from onealarm.live_jobs q
where q.ring_at > onealarm.now() and q.ring_at <= onealarm.now() + onealarm.lead() + $1::interval
  and q.state = 'waiting' and (q.run_after is null or q.run_after <= onealarm.now())
order by q.ring_at, q.id + 0
limit 1;

-- name: tell_next
-- When the first job comes due that is not yet; null when none waits.
select q.ring_at - onealarm.lead() - $1::interval
from onealarm.live_jobs q
where q.ring_at > onealarm.now() + onealarm.lead() + $1::interval and q.state = 'waiting'
order by q.ring_at, q.id + 0
limit 1;

-- name: tell_time
-- The clock that decides.
select onealarm.now();

-- name: count_jobs
-- For the metrics: what is due, how late the oldest is, what is held.
select count(*) filter (where state = 'waiting' and scheduled_for <= onealarm.now()) as due,
       count(*) filter (where state = 'leased') as leased,
       coalesce(extract(epoch from max(onealarm.now() - greatest(scheduled_for, created_at))
           filter (where state = 'waiting' and scheduled_for <= onealarm.now())), 0)::float8 as oldest_due_seconds
from onealarm.live_jobs
where ring_at <= greatest(onealarm.now() + onealarm.lead(), (select max(w.reach) from onealarm.workers w));

-- name: count_due
-- What waits and may be claimed now, lead and $1 before the ring.
select count(*)
from onealarm.live_jobs q
where q.state = 'waiting' and q.ring_at > onealarm.now() and q.ring_at <= onealarm.now() + onealarm.lead() + $1::interval
  and (q.run_after is null or q.run_after <= onealarm.now());
