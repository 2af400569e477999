-- name: find_or_claim_segments
-- One look for all segments of a briefing. A missing one becomes ours, and so does one whose speaker is dead, or is this worker
-- and knows nothing of it ($6 is what it is at): then an answer was lost on the way. One that is being spoken comes back with neither token
-- nor figures. Keys are sorted, so that two briefings cannot deadlock.
with wanted as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as w (key, engine, voice, text)
), claimed as (
    insert into onealarm.segments as s (key, state, worker_id, token, engine, voice, text)
    select key, 'speaking', $5, nextval('onealarm.lease_tokens'), engine, voice, text from wanted
    where not exists (select from onealarm.segments r where r.key = wanted.key and r.state = 'ready')
    order by key
    on conflict (key) do update
    set worker_id = excluded.worker_id, token = excluded.token, times_claimed = s.times_claimed + 1
    where s.state = 'speaking' and (
        (s.worker_id = $5 and s.key <> all ($6::text[]))
        or not exists (
            select from onealarm.workers w where w.id = s.worker_id and w.beat_at > onealarm.now() - onealarm.stale()))
    returning s.key, s.token
), used as (
    update onealarm.segments s set last_used_at = onealarm.now()
    from (
        select r.key from onealarm.segments r
        where r.key = any ($1) and r.state = 'ready' and r.last_used_at < onealarm.now() - interval '6 hours'
        order by r.key for update skip locked) as stale
    where s.key = stale.key
)
select w.key, c.token, s.frames, s.onset_sample, s.end_sample, s.size_bytes, s.lufs, s.true_peak
from wanted w
left join claimed c on c.key = w.key
left join onealarm.segments s on s.key = w.key and s.state = 'ready';

-- name: finish_segment
-- Its bytes are stored: ready for the whole fleet.
update onealarm.segments
set state = 'ready', frames = $3, onset_sample = $4, end_sample = $5, size_bytes = $6, lufs = $7, true_peak = $8,
    last_used_at = onealarm.now()
where key = $1 and token = $2 and state = 'speaking'
returning key;

-- name: abandon_segment
-- It could not be spoken: the next one who wants it tries.
delete from onealarm.segments where key = $1 and token = $2 and state = 'speaking';

-- name: find_gain
-- A voice's stored gain in a language.
select gain_db from onealarm.voice_gains where engine = $1 and voice = $2 and language = $3;

-- name: save_gain
-- The first to measure wins; everybody gets the stored figure back.
with saved as (
    insert into onealarm.voice_gains (engine, voice, language, gain_db) values ($1, $2, $3, $4)
    on conflict do nothing
    returning gain_db
)
select gain_db from saved
union all
select gain_db from onealarm.voice_gains where engine = $1 and voice = $2 and language = $3
limit 1;

-- name: find_installation_secret
-- The key under which the names of personal segments are made.
select secret from onealarm.installation;
