-- name: find_server
-- What can be asked of any server, whatever is in the database.
select current_setting('server_version') as version, current_setting('server_version_num')::integer as number,
       current_setting('transaction_read_only')::boolean as read_only,
       to_regclass('onealarm.migrations') is not null as migrated,
       clock_timestamp() as instant, nullif(current_setting('onealarm.now', true), '')::timestamptz as moved_to;

-- name: list_migrations
-- What was applied to this database, whoever did it.
select number, name, digest from onealarm.migrations order by number;

-- name: tell_zone_version
-- The version of tzdata that the rules in the database were made from; null before there are any.
select max(version) from onealarm.zone_data;

-- name: tell_work
-- What is due and who is there to do it. An old job whose next attempt is still to come is not late for want of workers.
select count(*) filter (where q.state = 'waiting') as due,
       count(*) filter (where q.state = 'leased') as leased,
       coalesce(max(onealarm.now() - greatest(q.scheduled_for, q.created_at))
           filter (where q.state = 'waiting' and (q.run_after is null or q.run_after <= onealarm.now())), interval '0') as oldest_due,
       (select count(*) from onealarm.workers w where w.beat_at > onealarm.now() - onealarm.stale()) as living,
       (select max(w.beat_at) from onealarm.workers w) as last_beat
from onealarm.live_jobs q
where q.ring_at > onealarm.now() and q.ring_at <= onealarm.now() + onealarm.lead();

-- name: list_stock_parts
-- The stock of an engine with the segments that it plays.
select id, voice, language, parts from audio where audio_type = 'stock' and engine = $1 order by voice, language;
