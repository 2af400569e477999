-- name: save_reactions
-- How a listener took sections of the briefing for one ring; said again, the last word counts. What is half a year old is forgotten.
with forgotten as (
    delete from onealarm.reactions where user_id = $1 and ring_at < onealarm.now() - interval '180 days'
)
insert into onealarm.reactions (user_id, ring_at, kind, share, praise)
select $1, $2, one.kind, one.share, one.praise
from unnest($3::text[], $4::real[], $5::smallint[]) as one (kind, share, praise)
on conflict (user_id, ring_at, kind) do update set share = excluded.share, praise = excluded.praise;

-- name: list_reactions
-- All that is known of how a listener takes his sections, oldest ring first.
select kind, ring_at, share, praise from onealarm.reactions where user_id = $1 order by ring_at, kind;
