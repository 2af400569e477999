-- name: hold_segments
-- Before a briefing is published: its user owns the personal segments in it from now on, and says how many of its segments are there. The
-- personal ones are locked, because one without an owner may be dropped at any moment; the shared ones were used a moment ago. Nothing
-- happens, and no row comes back, when the lease is lost.
with held_job as (
    select user_id from audio_generation_queue where id = $1 and lease_token = $2 and state = 'leased'
), sealed as (
    select s.key from onealarm.segments s
    where s.key = any ($3) and s.text is null and s.state = 'ready' and exists (select from held_job)
    order by s.key
    for share of s
), owned as (
    insert into onealarm.segment_users (key, user_id)
    select sealed.key, held_job.user_id from sealed cross join held_job
    order by sealed.key
    on conflict do nothing
)
select (select count(*) from sealed)
     + (select count(*) from onealarm.segments s where s.key = any ($3) and s.text is not null and s.state = 'ready') as there
from held_job;
