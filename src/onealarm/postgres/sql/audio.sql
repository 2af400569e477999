-- name: start_audio
-- The client sees that its audio is being made. The job's row is locked first, as everywhere: lease and audio change in one order.
with held as (
    select alarm_id, user_id, ring_at from audio_generation_queue
    where id = $1 and lease_token = $2 and state = 'leased'
    for update
)
insert into audio (user_id, alarm_id, ring_at, status, voice)
select user_id, alarm_id, ring_at, 'generating', $3 from held
on conflict (alarm_id, ring_at) where audio_type = 'combined' and status in ('generating', 'ready', 'failed')
do update set status = 'generating', reason = null, voice = excluded.voice
returning id;

-- name: publish_audio
-- Audio ready and job done, in one statement that names the lease. Files go 48 hours after the ring.
with finished as (
    update audio_generation_queue
    set state = 'done', finished_at = onealarm.now(), lease_token = null, worker_id = null
    where id = $1 and lease_token = $2 and state = 'leased'
    returning alarm_id, user_id, ring_at
)
update audio a
set status = 'ready', tier = $3, reason = $4, engine = $5, voice = $6, parts = $7, sections = $8, duration_seconds = $9,
    file_size = $10, etag = $11, generated_at = onealarm.now(), expires_at = f.ring_at + interval '48 hours',
    cache_status = 'pending'
from finished f
where a.alarm_id = f.alarm_id and a.ring_at = f.ring_at and a.audio_type = 'combined'
  and a.status in ('generating', 'ready', 'failed')
returning a.id;

-- name: save_stock
-- The stock briefing of a voice in a language; the first to make it wins.
insert into audio (audio_type, status, tier, engine, voice, parts, sections, duration_seconds, file_size, etag, language, generated_at)
values ('stock', 'ready', 'stock', $1, $2, $3, $4, $5, $6, $7, $8, onealarm.now())
on conflict (engine, voice, language) where audio_type = 'stock' do nothing;

-- name: list_stock
-- The voices that have a stock briefing, each with its language.
select voice, language from audio where audio_type = 'stock' and engine = $1;

-- name: find_stock
-- The stock briefing of a voice in a language, of the newest engine that made one.
select * from audio where audio_type = 'stock' and voice = $1 and language = $2 order by generated_at desc limit 1;

-- name: find_audio
-- A briefing by its id, stock included, while it may be played.
select * from audio where id = $1 and status = 'ready';

-- name: find_alarm_audio
-- What there is for the occurrence that rings next, or for the one that rang within the hour when none is near. A coming ring that the
-- alarm no longer has does not count, though its briefing may have been made.
select a.*, q.state as job_state, q.reason as job_reason
from audio_generation_queue q
join alarms l on l.id = q.alarm_id
left join audio a on a.alarm_id = q.alarm_id and a.ring_at = q.ring_at and a.audio_type = 'combined'
     and a.status in ('generating', 'ready', 'failed')
where q.alarm_id = $1 and q.ring_at > onealarm.now() - interval '1 hour' and q.state <> 'cancelled'
  and (q.ring_at = l.next_trigger_at or q.ring_at <= onealarm.now())
order by (q.ring_at > onealarm.now() and q.ring_at <= onealarm.now() + onealarm.lead()) desc, q.ring_at, q.id desc
limit 1;

-- name: list_audio
-- A user's briefings, newest ring first.
select * from audio where user_id = $1 order by ring_at desc limit 100;

-- name: expire_audio
-- 48 hours after the ring nothing of what was said is kept; segments stay for whoever shares them.
update audio set status = 'expired', parts = '[]', sections = '[]' where status in ('ready', 'superseded') and expires_at <= onealarm.now();

-- name: save_cache_status
-- The client says how far its copy is.
update audio set cache_status = $3 where id = $1 and user_id = $2 returning id;
