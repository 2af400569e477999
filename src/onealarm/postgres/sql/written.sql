-- name: find_or_claim_written
-- What is there, or the claim to write it: of what nobody has, and of what its writer died over. What another one writes comes back
-- with neither. Use is noted once an hour.
with claimed as (
    insert into onealarm.written as w (key, state, worker_id, token, kind, language, model)
    select $1, 'writing', $5, nextval('onealarm.lease_tokens'), $2, $3, $4
    where not exists (select from onealarm.written r where r.key = $1 and r.state = 'ready')
    on conflict (key) do update
    set worker_id = excluded.worker_id, token = excluded.token, last_used_at = onealarm.now()
    where w.state = 'writing' and (
        w.worker_id = $5
        or w.last_used_at < onealarm.now() - interval '3 minutes'  -- it could neither keep nor give back what it wrote
        or not exists (select from onealarm.workers k where k.id = w.worker_id and onealarm.beats(k.beat_at)))
    returning w.token
), used as (
    update onealarm.written set last_used_at = onealarm.now()
    where key = $1 and state = 'ready' and last_used_at < onealarm.now() - interval '1 hour'
)
select r.stories, c.token
from (select 1) as one
left join claimed c on true
left join onealarm.written r on r.key = $1 and r.state = 'ready';

-- name: finish_written
-- There for the whole fleet, with what was paid for it.
update onealarm.written
set state = 'ready', stories = $3, last_used_at = onealarm.now(), provider = $4, requests = $5, tokens = $6,
    usd = $7::double precision::numeric, paid_at = case when $4::text is null then null else onealarm.now() end
where key = $1 and token = $2 and state = 'writing'
returning key;

-- name: abandon_written
-- It could not be written: the next one who wants it tries.
delete from onealarm.written where key = $1 and token = $2 and state = 'writing';

-- name: forget_written
-- A week after its last use it is not news. What was paid stays for a month, since the ledger is read from here.
delete from onealarm.written
where last_used_at < onealarm.now() - interval '7 days' and (paid_at is null or paid_at < onealarm.now() - interval '31 days')
returning key;
