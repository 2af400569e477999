-- name: order_repairs
-- Degraded briefings whose ring leaves enough time ($1) are made again, earliest ring first, at most $2 at once; what is there plays until
-- then. One that a failing provider left to the local voice, rests for $3 before the next try; one that a failing
-- source left without a section, which is the least of it, three times as long. One with the reason $4 stays as it is.
-- Alarms are locked before jobs, as everywhere.
with degraded as materialized (
    select l.id as alarm_id, l.user_id, a.ring_at
    from audio a
    join alarms l on l.id = a.alarm_id
    where a.status = 'ready' and (a.tier in ('short', 'local') or a.missing <> '{}') and a.audio_type = 'combined'
      and a.ring_at > onealarm.now() + $1::interval
      and (a.tier = 'short' or a.generated_at <= onealarm.now() - case a.tier when 'full' then 3 else 1 end * $3::interval)
      and a.reason is distinct from $4
      and (l.next_trigger_at = a.ring_at or exists (select from snoozes z where z.alarm_id = l.id and z.ring_at = a.ring_at))
      and not exists (select from onealarm.live_jobs q where q.alarm_id = a.alarm_id and q.ring_at at time zone 'UTC' = a.ring_at at time zone 'UTC')
    order by a.tier = 'full', a.ring_at
    limit $2
    for share of l skip locked
)
insert into onealarm.live_jobs (alarm_id, user_id, ring_at, scheduled_for)
select alarm_id, user_id, ring_at, ring_at - onealarm.lead() from degraded order by alarm_id
on conflict (alarm_id, (ring_at at time zone 'UTC')) do nothing
returning id;
