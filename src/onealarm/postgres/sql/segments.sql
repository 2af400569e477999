-- name: find_or_claim_segments
-- One look for all segments of a briefing. A missing one becomes ours, and so does one whose speaker is dead, or is this worker
-- and knows nothing of it ($6 is what it is at): then an answer was lost on the way. So does one that somebody began to drop and did
-- not finish. One that is being spoken or dropped comes back with neither token nor figures. Keys are sorted, so that two briefings
-- cannot deadlock. Use is noted when the last note is older than $7. What was not used for $8 may be dropped at any moment: it is in
-- doubt, and its figures count only when use_segments gives them.
with wanted as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as w (key, engine, voice, text)
), claimed as (
    insert into onealarm.segments as s (key, state, worker_id, token, engine, voice, text)
    select key, 'speaking', $5, nextval('onealarm.lease_tokens'), engine, voice, text from wanted
    where not exists (select from onealarm.segments r where r.key = wanted.key and r.state = 'ready')
    order by key
    on conflict (key) do update
    set state = 'speaking', worker_id = excluded.worker_id, token = excluded.token, engine = excluded.engine,
        voice = excluded.voice, text = excluded.text, last_used_at = onealarm.now(), dropping_at = null,
        times_claimed = case s.state when 'speaking' then s.times_claimed + 1 else 1 end
    where (s.state = 'speaking' and (
            (s.worker_id = $5 and s.key <> all ($6::text[]))
            or not exists (select from onealarm.workers w where w.id = s.worker_id and onealarm.beats(w.beat_at))))
        or (s.state = 'dropping' and not onealarm.beats(s.dropping_at))
    returning s.key, s.token
), used as (
    update onealarm.segments s set last_used_at = onealarm.now()
    from (
        select r.key from onealarm.segments r
        where r.key = any ($1) and r.state = 'ready' and r.last_used_at < onealarm.now() - $7::interval
          and r.last_used_at >= onealarm.now() - $8::interval
        order by r.key for update skip locked) as stale
    where s.key = stale.key
)
select w.key, c.token, s.frames, s.onset_sample, s.end_sample, s.size_bytes, s.lufs, s.true_peak,
       coalesce(s.last_used_at < onealarm.now() - $8::interval, false) as in_doubt
from wanted w
left join claimed c on c.key = w.key
left join onealarm.segments s on s.key = w.key and s.state = 'ready';

-- name: use_segments
-- Segments that may be dropped at any moment: those whose lock we get while they are still there have been used now, and are safe.
-- A statement of its own, since it waits: one that has locked other rows too could wait for somebody who waits for it.
update onealarm.segments
set last_used_at = onealarm.now()
where key = any (array(
    select key from onealarm.segments where key = any ($1) and state = 'ready' order by key for update))
returning key, frames, onset_sample, end_sample, size_bytes, lufs, true_peak;

-- name: finish_segment
-- Its bytes are stored: ready for the whole fleet. What was paid for it ($9 to $14) comes with it, so that a call needs no row of its own.
-- Each earlier speaker who died over it is presumed to have been charged as much; so one that was only slow notes nothing when it is done,
-- unless nobody took the segment over.
with finished as (
    update onealarm.segments
    set state = 'ready', frames = $3, onset_sample = $4, end_sample = $5, size_bytes = $6, lufs = $7, true_peak = $8,
        last_used_at = onealarm.now(),
        provider = coalesce($9::text, provider), model = coalesce($10::text, model),
        requests = nullif(coalesce(requests, 0) + coalesce($11::integer, 0), 0),
        tokens = nullif(coalesce(tokens, 0) + coalesce($12::integer, 0), 0),
        characters = nullif(coalesce(characters, 0) + coalesce($13::integer, 0), 0),
        usd = nullif(coalesce(usd, 0) + coalesce($14::double precision::numeric, 0), 0),
        paid_at = case when $9::text is null then paid_at else onealarm.now() end
    where key = $1 and token = $2 and state = 'speaking'
    returning key, times_claimed
), besides as (
    select 'presumed' as kind, greatest(times_claimed - 1, 0) as times from finished
    union all
    select 'late', 1 where not exists (select from finished) and not exists (select from onealarm.segments s where s.key = $1)
), noted as (
    select onealarm.note_charge(onealarm.now(), $9::text, $10::text, b.kind, b.times * $11::bigint, b.times * $12::bigint,
                                b.times * $13::bigint, b.times * $14::double precision::numeric)
    from besides b
    where $9::text is not null and b.times > 0
)
select (select key from finished) as key, (select count(*) from noted) as noted;

-- name: note_charge
-- What was paid for sound that no segment holds.
select onealarm.note_charge(onealarm.now(), $1::text, $2::text, $3::text, $4::bigint, $5::bigint, $6::bigint, $7::double precision::numeric);

-- name: abandon_segment
-- It could not be spoken: the next one who wants it tries. Where it has owners from an earlier making the row stays, as nobody's claim.
with left_alone as (
    update onealarm.segments s
    set worker_id = '00000000-0000-0000-0000-000000000000', token = nextval('onealarm.lease_tokens'), times_claimed = 0
    where s.key = $1 and s.token = $2 and s.state = 'speaking'
      and exists (select from onealarm.segment_users u where u.key = s.key)
)
delete from onealarm.segments s
where s.key = $1 and s.token = $2 and s.state = 'speaking'
  and not exists (select from onealarm.segment_users u where u.key = s.key);

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
