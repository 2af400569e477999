-- name: claim_unused
-- Segments that nobody has used for $1 become ours to drop, also those whose speaker died. Never those of the stock: its last use is its
-- making. A reader that uses one of these notes its use first, and waits for our lock (use_segments).
update onealarm.segments
set state = 'dropping', dropping_at = onealarm.now(), token = nextval('onealarm.lease_tokens'), frames = null,
    onset_sample = null, end_sample = null, size_bytes = null, lufs = null, true_peak = null
where key = any (array(
    select s.key from onealarm.segments s
    where s.last_used_at < onealarm.now() - $1::interval
      and (s.state = 'ready' or (s.state = 'speaking' and not exists (
          select from onealarm.workers w where w.id = s.worker_id and onealarm.beats(w.beat_at))))
      and not exists (
          select from audio a
          where a.audio_type = 'stock' and a.parts @> jsonb_build_array(jsonb_build_object('key', s.key)))
    order by s.last_used_at
    limit $2
    for update of s skip locked))
returning key, token;

-- name: lock_ownerless
-- Personal segments without an owner that nobody has used for $1. Locked first and claimed by claim_locked, because only a statement that
-- begins when the lock is held sees every owner (hold_segments waits for this lock, and writes the owner before it lets go of its own).
select s.key from onealarm.segments s
where s.text is null and s.last_used_at < onealarm.now() - $1::interval
  and (s.state = 'ready' or (s.state = 'speaking' and not exists (
      select from onealarm.workers w where w.id = s.worker_id and onealarm.beats(w.beat_at))))
  and not exists (select from onealarm.segment_users u where u.key = s.key)
order by s.last_used_at
limit $2
for update of s skip locked;

-- name: lock_left_behind
-- As lock_ownerless, among what a deleted user has left: whenever it was used, and waiting for the lock.
select s.key from onealarm.segments s
where s.key = any ($1) and s.text is null
  and (s.state = 'ready' or (s.state = 'speaking' and not exists (
      select from onealarm.workers w where w.id = s.worker_id and onealarm.beats(w.beat_at))))
order by s.key
for update of s;

-- name: claim_locked
-- Of the segments whose locks we hold, those that have no owner become ours to drop.
update onealarm.segments s
set state = 'dropping', dropping_at = onealarm.now(), token = nextval('onealarm.lease_tokens'), frames = null,
    onset_sample = null, end_sample = null, size_bytes = null, lufs = null, true_peak = null
where s.key = any ($1) and not exists (select from onealarm.segment_users u where u.key = s.key)
returning s.key, s.token;

-- name: claim_abandoned
-- What another began to drop and did not finish becomes ours.
update onealarm.segments
set dropping_at = onealarm.now(), token = nextval('onealarm.lease_tokens')
where key = any (array(
    select key from onealarm.segments
    where state = 'dropping' and not onealarm.beats(dropping_at)
    order by dropping_at
    limit $1
    for update skip locked))
returning key, token;

-- name: claim_orphans
-- An object without a row gets one, so that nobody speaks it while it is deleted; where there is a row by now, it is no orphan.
insert into onealarm.segments (key, state, worker_id, token, engine, voice, dropping_at)
select key, 'dropping', '00000000-0000-0000-0000-000000000000', nextval('onealarm.lease_tokens'), '', '', onealarm.now()
from unnest($1::text[]) as key
order by key
on conflict (key) do nothing
returning key, token;

-- name: delete_dropped
-- The objects are gone: so are the rows, where the claim is still ours.
delete from onealarm.segments
where key = any (array(
    select s.key from onealarm.segments s
    join unnest($1::text[], $2::bigint[]) as dropped (key, token) on dropped.key = s.key and dropped.token = s.token
    where s.state = 'dropping'
    order by s.key
    for update of s))
returning key;
