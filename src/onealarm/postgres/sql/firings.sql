-- name: claim_firing
-- Whoever inserts the row carries the firing out.
insert into onealarm.lane_firings (lane, fire_at, claimed_by) values ($1, $2, $3)
on conflict do nothing
returning lane;

-- name: last_claims
-- When each lane was last seen to: what it should have fired since then was missed.
select l.lane, f.claimed_at
from unnest($1::text[]) as l (lane)
cross join lateral (
    select claimed_at from onealarm.lane_firings f where f.lane = l.lane order by fire_at desc limit 1) as f;

-- name: forget_firings
-- Nobody is a day behind. The last of each lane stays, to tell what it missed.
delete from onealarm.lane_firings f
where f.fire_at < onealarm.now() - interval '1 day'
  and exists (select from onealarm.lane_firings r where r.lane = f.lane and r.fire_at > f.fire_at)
returning lane;
