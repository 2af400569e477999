-- name: look_at_queue
-- Jobs that are released and not begun, by priority, and those in work; of rings that are still to come, so that what lies dead at the low
-- end of the index is not walked. $1 is the advance window. The peak share is that of at most a thousand rings.
with instant as materialized (
    select onealarm.now() as now
), live as materialized (
    select q.ring_at, q.state, q.begun_at
    from onealarm.live_jobs q
    where q.ring_at > (select now from instant)
      and q.ring_at <= greatest((select now + onealarm.lead() + $1::interval from instant), (select max(w.reach) from onealarm.workers w))
      and (q.run_after is null or q.run_after <= (select now from instant))
), coming as materialized (
    select a.alarm_time_local
    from onealarm.live_jobs q join alarms a on a.id = q.alarm_id
    where q.ring_at > (select now + onealarm.lead() from instant)
      and q.ring_at <= (select now + onealarm.lead() + interval '15 minutes' from instant)
    limit 1000
)
select (select now from instant) as now,
       count(*) filter (where state = 'waiting' and ring_at - now <= interval '25 minutes') as critical,
       count(*) filter (where state = 'waiting' and ring_at - now > interval '25 minutes' and ring_at - now <= onealarm.lead()) as high,
       count(*) filter (where state = 'waiting' and ring_at - now > onealarm.lead() and ring_at - now <= onealarm.lead() + $1) as normal,
       count(*) filter (where state = 'leased') as leased,
       min(ring_at) filter (where begun_at is null) as earliest_ring,
       (select coalesce(avg((c.alarm_time_local >= '06:00' and c.alarm_time_local < '09:00')::integer), 0)::float8 from coming c) as peak_share
from live cross join instant;

-- name: look_at_workers
-- Those that live.
select id, slots, held, done, failed, worked, briefings, segments, spoken, speaking, models from onealarm.workers where onealarm.beats(beat_at) order by id;

-- name: count_demand
-- Jobs by the minute in which their work should begin, as minutes from $1 on; those before it count to the first. Until $2.
select greatest(floor(extract(epoch from q.ring_at - onealarm.lead() - $1::timestamptz) / 60), 0)::integer as minute, count(*) as jobs
from onealarm.live_jobs q
where q.ring_at > onealarm.now() and q.ring_at <= $2::timestamptz + onealarm.lead() and q.state = 'waiting'
group by 1 order by 1;

-- name: count_coming
-- What is new in the jobs of each minute in which work should begin, as minutes from $1 on and until $2; of the first $3 jobs. An audience
-- are those who hear the same but for what is their own: it is new where it first rings in an hour. A listener is a stranger while no sound
-- of his own is kept. Audiences are told apart by a hash, so that what is sorted is small.
with coming as materialized (
    select q.user_id, q.alarm_id, q.ring_at
    from onealarm.live_jobs q
    where q.ring_at > onealarm.now() and q.ring_at <= $2::timestamptz + onealarm.lead() and q.state = 'waiting'
    order by q.ring_at
    limit $3
), heard as (
    select c.ring_at, c.user_id, p.include_calendar and p.calendar_url is not null as has_diary,
           row_number() over (
               partition by date_trunc('hour', c.ring_at, 'UTC'), hashtextextended(concat_ws(
                   '|', a.timezone, p.tts_voice, p.language, p.place_name, p.latitude, p.longitude, p.country, p.subdivision, p.temperature_unit,
                   p.include_weather, p.include_news, p.include_sport, p.include_markets, p.feeds, p.news_categories, p.teams, p.tickers), 0)
               order by c.ring_at) = 1 as is_first
    from coming c
    left join alarms a on a.id = c.alarm_id
    left join user_preferences p on p.user_id = c.user_id
)
select greatest(floor(extract(epoch from h.ring_at - onealarm.lead() - $1::timestamptz) / 60), 0)::integer as minute, count(*) as jobs,
       count(*) filter (where h.is_first) as audiences,
       count(*) filter (where not exists (select from onealarm.segment_users s where s.user_id = h.user_id)) as strangers,
       count(*) filter (where h.has_diary) as diaries
from heard h
group by 1 order by 1;

-- name: list_limits
-- Units per minute that each pool is taken to allow.
select provider, model, unit, least(in_force, effective) as per_minute from onealarm.rate_pools order by provider, model, unit;

-- name: publish_plan
-- Under the leader's epoch only: a leader that has been followed by another changes nothing, even if he does not know it yet.
with leader as materialized (
    select purpose from onealarm.leaders where purpose = $1 and epoch = $2 for share
)
insert into onealarm.plans as p (purpose, epoch, made_at, starts_at, advance, level, short_share, tick, batch, desired_slots, reason, workers, missing)
select l.purpose, $2, onealarm.now(), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 from leader l
on conflict (purpose) do update
set epoch = excluded.epoch, made_at = excluded.made_at, starts_at = excluded.starts_at, advance = excluded.advance, level = excluded.level,
    short_share = excluded.short_share, tick = excluded.tick, batch = excluded.batch, desired_slots = excluded.desired_slots,
    reason = excluded.reason, workers = excluded.workers, missing = excluded.missing
where p.epoch <= excluded.epoch
returning p.epoch;

-- name: read_plan
-- What was published last, and the present instant.
select onealarm.now(), epoch, starts_at, advance, made_at, level, short_share, tick, batch, desired_slots, reason, workers, missing
from onealarm.plans where purpose = $1;

-- name: note_change
-- Of the emergency level, under the leader's epoch.
insert into onealarm.level_changes (epoch, before, after, cause, signals)
select l.epoch, $3, $4, $5, $6 from onealarm.leaders l where l.purpose = $1 and l.epoch = $2;

-- name: list_changes
-- The last ones first.
select changed_at, before, after, cause, signals from onealarm.level_changes order by id desc limit $1;

-- name: set_override
-- From now on; null takes back what was set before.
insert into onealarm.level_overrides (level, until, why) values ($1, onealarm.now() + $2::interval, $3) returning until;

-- name: read_override
-- The newest one, while it lasts.
select level, until from onealarm.level_overrides o
where o.id = (select max(id) from onealarm.level_overrides) and until > onealarm.now() and level is not null;
