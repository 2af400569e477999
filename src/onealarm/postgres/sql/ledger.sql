-- name: tell_now
-- The clock that decides.
select onealarm.now();

-- name: list_paid
-- Every paid call between two instants ($1, $2), by day, provider, model and kind.
select day, provider, model, kind, sum(requests)::bigint as requests, sum(tokens)::bigint as tokens,
       sum(characters)::bigint as characters, sum(usd)::double precision as usd
from onealarm.paid_calls($1, $2)
group by day, provider, model, kind
order by day desc, provider, model, kind;

-- name: count_briefings
-- Briefings that were made between two instants ($1, $2), by tier. For those who ask: it reads all that was made.
select tier, count(*) as briefings
from audio
where audio_type = 'combined' and generated_at >= $1 and generated_at < $2 and tier is not null
group by tier;

-- name: find_recent_cost
-- What the last day has cost, and which briefings were made of it: those whose rings are not past by more than a day, by the index of
-- expiries.
select coalesce((select sum(usd) from onealarm.paid_calls(onealarm.now() - interval '1 day', onealarm.now() + interval '1 minute')), 0)
           ::double precision as usd,
       count(*) filter (where tier = 'full') as full,
       count(*) filter (where tier = 'short') as short
from audio
where status in ('ready', 'superseded') and audio_type = 'combined'
  and expires_at > onealarm.now() + interval '24 hours' and generated_at > onealarm.now() - interval '1 day';

-- name: find_stored
-- Bytes of all segments, alarms that are active, and the mean size of a briefing that can be played.
select s.size, s.segments, a.alarms, b.briefing
from (select coalesce(sum(size_bytes), 0)::bigint as size, count(*) as segments from onealarm.segments where state = 'ready') as s,
     (select count(*) as alarms from alarms where active) as a,
     (select avg(file_size)::double precision as briefing from audio where status = 'ready' and audio_type = 'combined') as b;

-- name: count_calls
-- Of each model since the beginning of the hour before this one: all calls, those that were refused, those that failed otherwise.
with window_ as (
    select date_trunc('hour', onealarm.now() - interval '1 hour', 'UTC') as since
), failed as (
    select f.provider, f.model, coalesce(sum(f.calls) filter (where f.reason = 'refused'), 0) as refused,
           coalesce(sum(f.calls) filter (where f.reason <> 'refused'), 0) as failed
    from onealarm.failed_calls f
    where f.hour >= (select since from window_)
    group by 1, 2
), made as (
    select p.provider, p.model, sum(p.requests) as calls
    from onealarm.paid_calls((select since from window_), onealarm.now() + interval '1 minute') as p
    group by 1, 2
)
select provider, model, m.calls::bigint as calls, coalesce(f.refused, 0)::bigint as refused, coalesce(f.failed, 0)::bigint as failed
from made m left join failed f using (provider, model)
order by provider, model;
