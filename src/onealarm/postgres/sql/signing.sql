-- name: list_signing_keys
-- The keys that hold, newest first: the newest, and those whose last signature ($1 at most after the next key was made) may still be good.
select k.number, k.secret, onealarm.now() as now
from onealarm.signing_keys k
where not exists (
    select from onealarm.signing_keys n where n.number > k.number and n.made_at <= onealarm.now() - $1::interval)
order by k.number desc;

-- name: rotate_signing_key
-- A new key. The others go at once ($1), or when nothing that they signed can be good any more.
with gone as (
    delete from onealarm.signing_keys k
    where $1 or exists (
        select from onealarm.signing_keys n where n.number > k.number and n.made_at <= onealarm.now() - $2::interval)
    returning number
)
insert into onealarm.signing_keys (secret)
select sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')) from (select count(*) from gone) as counted
returning number;

-- name: list_personal
-- Segments whose text is written down nowhere: somebody's name, or words of his client; and those that have gone, of which nobody knows.
select k.key from unnest($1::text[]) as k (key)
where not exists (select from onealarm.segments s where s.key = k.key and s.text is not null);
