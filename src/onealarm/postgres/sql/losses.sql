-- name: forget_segments
-- Their objects are lost: nobody speaks them, so that the next who wants them does. The rows stay, with their owners. A token or a size
-- says which making of a segment was looked for; without either it is whatever is there.
update onealarm.segments
set state = 'speaking', worker_id = '00000000-0000-0000-0000-000000000000', token = nextval('onealarm.lease_tokens'),
    times_claimed = 0, frames = null, onset_sample = null, end_sample = null, size_bytes = null, lufs = null, true_peak = null
where key = any (array(
    select s.key from onealarm.segments s
    join unnest($1::text[], $2::bigint[], $3::integer[]) as seen (key, token, size) on seen.key = s.key
    where s.state = 'ready' and coalesce(seen.token, s.token) = s.token and coalesce(seen.size, s.size_bytes) = s.size_bytes
    order by s.key
    for update of s))
returning key;

-- name: find_audio_of
-- What holds one of these segments and is still to be played: the stock, and the briefings of coming rings (by the index of expiries).
select a.id, a.generated_at from audio a
where a.audio_type = 'stock'
  and exists (select from jsonb_array_elements(a.parts) as part where part ->> 'key' = any ($1))
union all
select a.id, a.generated_at from audio a
where a.status = 'ready' and a.expires_at > onealarm.now() + interval '48 hours'
  and exists (select from jsonb_array_elements(a.parts) as part where part ->> 'key' = any ($1));

-- name: lock_alarms
-- Alarms come before jobs and audio in the order of locks: nobody moves one of these while its briefing is ordered again.
select l.id from alarms l
where l.id = any (array(select a.alarm_id from audio a where a.id = any ($1) and a.alarm_id is not null))
order by l.id
for share;

-- name: supersede_audio
-- Audio whose sound is lost, in the making that was looked at ($2): stock is laid in anew, and a briefing gives way to one that is made
-- again, if its alarm still has that ring and it is to come.
with lost as materialized (
    select a.id, a.audio_type from audio a
    join unnest($1::uuid[], $2::timestamptz[]) as seen (id, generated_at)
      on seen.id = a.id and seen.generated_at = a.generated_at
    where a.status = 'ready'
    order by a.id
    for update of a
), removed as (
    delete from audio a using lost where a.id = lost.id and lost.audio_type = 'stock' returning a.id
), superseded as (
    update audio a set status = 'superseded', reason = 'its sound was lost'
    from lost where a.id = lost.id and lost.audio_type = 'combined'
    returning a.alarm_id, a.user_id, a.ring_at
), ordered as (
    insert into onealarm.live_jobs (alarm_id, user_id, ring_at, scheduled_for)
    select s.alarm_id, s.user_id, s.ring_at, s.ring_at - onealarm.lead()
    from superseded s
    join alarms l on l.id = s.alarm_id
    where s.ring_at > onealarm.now()
      and (l.next_trigger_at = s.ring_at or exists (
          select from snoozes z where z.alarm_id = l.id and z.ring_at = s.ring_at))
    order by s.alarm_id
    on conflict (alarm_id, (ring_at at time zone 'UTC')) do nothing
)
select (select count(*) from removed) + (select count(*) from superseded);
