-- name: start_audio
-- The client sees that its audio is being made; where a short one is there already, it stays until there is a better one. The job's row is locked first, as everywhere: lease and audio change in one order.
with held as (
    select alarm_id, user_id, ring_at from onealarm.live_jobs
    where id = $1 and lease_token = $2 and state = 'leased'
    for update
)
insert into audio (user_id, alarm_id, ring_at, status, voice)
select user_id, alarm_id, ring_at, 'generating', $3 from held
on conflict (alarm_id, ring_at) where audio_type = 'combined' and status in ('generating', 'ready', 'failed')
do update set status = case audio.status when 'ready' then 'ready' else 'generating' end,
    reason = case audio.status when 'ready' then audio.reason end,
    voice = case audio.status when 'ready' then audio.voice else excluded.voice end
returning id;

-- name: publish_audio
-- Audio ready and jobs done, n at once, in one statement that names the leases; each only if its wish is still the one that was read and
-- all of its sound is there. What plays already gives way only to what is no worse: a second making of the same wish is a repair. Locks in one order: preferences and alarms (in hold_wishes), jobs, audio. Files go 48 hours after the ring.
with made as materialized (
    select * from jsonb_to_recordset($1::jsonb) as made (
        id bigint, lease_token bigint, version bigint[], tier text, reason text, engine text, voice text, parts jsonb, sections jsonb,
        duration_seconds double precision, file_size bigint, etag text, credits jsonb, missing jsonb)
), current as materialized (
    select w.job_id, w.versions from onealarm.hold_wishes(array(select id from made)) as w
), held as materialized (
    select held.id, held.alarm_id, held.ring_at
    from (select m.* from made m join current c on c.job_id = m.id and c.versions = m.version order by m.id) as mine
    cross join lateral (
        select q.id, q.alarm_id, q.ring_at from onealarm.live_jobs q
        where q.id = mine.id and q.lease_token = mine.lease_token and q.state = 'leased'
        limit 1 for update) as held
    where not exists (
        select from jsonb_array_elements(mine.parts) as part
        where part ->> 'key' not like 'pause:%'
          and not exists (select from onealarm.segments s where s.key = part ->> 'key' and s.state = 'ready'))
), kept as materialized (
    select a.id as audio_id, h.id as job_id, h.ring_at, a.status = 'ready' and (
               array_position(array['full', 'short', 'local'], m.tier) > array_position(array['full', 'short', 'local'], a.tier)
               or m.tier = a.tier and exists (select from jsonb_object_keys(m.missing) as key where not a.missing ? key)
           ) as is_worse
    from held h
    join made m on m.id = h.id
    join audio a on a.alarm_id = h.alarm_id and a.ring_at = h.ring_at and a.audio_type = 'combined'
         and a.status in ('generating', 'ready', 'failed')
    order by a.id
    for update of a
), finished as materialized (
    select ended.id from onealarm.end_jobs(array(select job_id from kept), 'done', null) as ended
), rested as (
    update audio a set generated_at = onealarm.now()    -- looked at again, and left as it is
    from kept k join finished f on f.id = k.job_id
    where a.id = k.audio_id and k.is_worse
), shown as (
    update audio a
    set status = 'ready', tier = m.tier, reason = m.reason, engine = m.engine, voice = m.voice, parts = m.parts, sections = m.sections,
        duration_seconds = m.duration_seconds, file_size = m.file_size, etag = m.etag, credits = m.credits, missing = m.missing, generated_at = onealarm.now(),
        expires_at = k.ring_at + interval '48 hours',
        cache_status = case when a.etag = m.etag then a.cache_status else 'pending' end
    from kept k join finished f on f.id = k.job_id join made m on m.id = k.job_id
    where a.id = k.audio_id and not k.is_worse
)
select k.job_id, onealarm.now() as published_at from kept k join finished f on f.id = k.job_id;

-- name: save_stock
-- The stock briefing of a voice in a language; one that says the same stays.
insert into audio (audio_type, status, tier, engine, voice, parts, sections, duration_seconds, file_size, etag, language, generated_at)
values ('stock', 'ready', 'stock', $1, $2, $3, $4, $5, $6, $7, $8, onealarm.now())
on conflict (engine, voice, language) where audio_type = 'stock' do update
set parts = excluded.parts, sections = excluded.sections, duration_seconds = excluded.duration_seconds,
    file_size = excluded.file_size, etag = excluded.etag, generated_at = excluded.generated_at
where audio.etag is distinct from excluded.etag;

-- name: list_stock
-- The voices that have a stock briefing with all of its segments, each with its language.
select a.voice, a.language from audio a
where a.audio_type = 'stock' and a.engine = $1 and not exists (
    select from jsonb_array_elements(a.parts) as part
    left join onealarm.segments s on s.key = part ->> 'key' and s.state = 'ready'
    where part ->> 'key' not like 'pause:%' and s.key is null);

-- name: find_stock
-- The stock briefing of a voice in a language, of the newest engine that made one.
select * from audio where audio_type = 'stock' and voice = $1 and language = $2 order by generated_at desc limit 1;

-- name: find_audio
-- A briefing by its id, stock included, while it may be played.
select * from audio where id = $1 and status = 'ready' and (expires_at is null or expires_at > onealarm.now());

-- name: find_alarm_audio
-- The occurrence of an alarm that is asked for now, with its job and what was made for it: the ring to come if its work has begun or
-- should have, else the one that rang within the hour, else the next. No ring when there is none of these. A job that is done is not
-- looked for: its audio is ready.
select r.ring_at as occurrence,
       case when a.status = 'ready' and coalesce(q.state not in ('waiting', 'leased'), true) then 'done' else q.state end as job_state,
       q.reason as job_reason, a.*
from alarms l
left join lateral (
    select c.ring_at from onealarm.coming_rings(l.user_id, l.id) as c
    union
    select o.ring_at from (
        select q.ring_at from onealarm.live_jobs q where q.alarm_id = l.id
        union all
        select e.ring_at from onealarm.ended_jobs e where e.user_id = l.user_id and e.alarm_id = l.id and e.state <> 'done'
        union all
        select d.ring_at from audio d where d.alarm_id = l.id and d.audio_type = 'combined') as o
    where o.ring_at > onealarm.now() - interval '1 hour' and o.ring_at <= onealarm.now()
      and (o.ring_at in (l.last_ring_at, l.next_trigger_at)
           or exists (select from snoozes s where s.alarm_id = l.id and s.ring_at = o.ring_at))
    order by 1
) as r on true
left join lateral (
    select j.state, j.reason from (
        select q.id, q.state, q.reason from onealarm.live_jobs q where q.alarm_id = l.id and q.ring_at = r.ring_at
        union all
        select e.id, e.state, e.reason from onealarm.ended_jobs e
        where e.user_id = l.user_id and e.alarm_id = l.id and e.ring_at = r.ring_at and e.state <> 'done') as j
    order by j.id desc
    limit 1
) as q on true
left join audio a on a.alarm_id = l.id and a.ring_at = r.ring_at and a.audio_type = 'combined'
     and a.status in ('generating', 'ready', 'failed')
where l.id = $1
order by case
        when r.ring_at > onealarm.now() and r.ring_at <= onealarm.now() + onealarm.lead() then 1
        when r.ring_at <= onealarm.now() then 2
        else 3
    end, case when r.ring_at <= onealarm.now() then onealarm.now() - r.ring_at else r.ring_at - onealarm.now() end
limit 1;

-- name: list_audio
-- A user's briefings, newest ring first.
select * from audio where user_id = $1 order by ring_at desc limit 100;

-- name: list_playable
-- A user's briefings that can be played, newest ring first, at most $2.
select * from audio
where user_id = $1 and audio_type = 'combined' and status = 'ready' and expires_at > onealarm.now()
order by ring_at desc, id limit $2;

-- name: expire_audio
-- 48 hours after the ring nothing of what was said is kept, also where a later making failed; segments stay for whoever shares them.
update audio
set status = case when status in ('ready', 'superseded') then 'expired' else status end, parts = '[]', sections = '[]',
    credits = '[]', missing = '{}'
where expires_at <= onealarm.now()
  and (status in ('ready', 'superseded') or (status in ('generating', 'failed') and parts <> '[]'));

-- name: save_cache_status
-- The client says how far its copy is.
update audio set cache_status = $3 where id = $1 and user_id = $2 returning id;
