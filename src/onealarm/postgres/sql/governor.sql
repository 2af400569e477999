-- name: declare_pools
-- The limits as the operator agreed them; where one is new, nothing is known of it yet.
insert into onealarm.rate_pools as p (provider, model, unit, per_minute, call, in_force, effective, ceiling)
select n.provider, n.model, n.unit, n.per_minute, n.call, n.per_minute, n.per_minute, 0
from unnest($1::text[], $2::text[], $3::text[], $4::double precision[], $5::double precision[])
    as n (provider, model, unit, per_minute, call)
order by n.provider, n.model, n.unit
on conflict (provider, model, unit) do update
set per_minute = excluded.per_minute, call = excluded.call, in_force = excluded.per_minute,
    effective = case when excluded.per_minute > p.per_minute then excluded.per_minute
                     else least(p.effective, excluded.per_minute) end
where (p.per_minute, p.call) is distinct from (excluded.per_minute, excluded.call);

-- name: renew_leases
-- All leases of a worker ($1): what it wants, used, met with, and the rate at which it goes now. It is answered with what is granted,
-- for $2 after the leader's last visit. From here on it may go by either, so the more of both counts as promised, for the longer of
-- both: it counts as agreed to less only when it says so the next time. In the order of pools, as the leader takes them.
with asked as (
    select * from unnest(
        $3::text[], $4::text[], $5::text[],
        $6::double precision[], $7::double precision[], $8::double precision[], $9::double precision[],
        $10::double precision[], $11::timestamptz[], $12::integer[], $13::integer[], $14::double precision[])
        as a (provider, model, unit, critical, high, normal, used, paced, paced_until, calls, refused, limit_seen)
), renewed as (
    insert into onealarm.rate_leases as l (
        pool_id, worker_id, wants_critical, wants_high, wants_normal, used, held, held_until, calls, refused, limit_seen)
    select p.id, $1, a.critical, a.high, a.normal, a.used, a.paced, a.paced_until, a.calls, a.refused, a.limit_seen
    from asked a join onealarm.rate_pools p using (provider, model, unit)
    order by p.id
    on conflict (pool_id, worker_id) do update
    set wants_critical = excluded.wants_critical, wants_high = excluded.wants_high, wants_normal = excluded.wants_normal,
        used = excluded.used,
        held = greatest(
            case when excluded.held_until > onealarm.now() then excluded.held else 0 end,
            case when (select p.granted_at + $2 from onealarm.rate_pools p where p.id = l.pool_id) > onealarm.now()
                 then l.granted else 0 end),
        held_until = greatest(
            excluded.held_until, (select p.granted_at + $2 from onealarm.rate_pools p where p.id = l.pool_id)),
        calls = l.calls + excluded.calls, refused = l.refused + excluded.refused,
        limit_seen = excluded.limit_seen, renewed_at = onealarm.now()
    returning l.pool_id, l.granted
)
select p.provider, p.model, p.unit, r.granted, p.granted_at + $2 as expires_at, onealarm.now() as instant
from renewed r join onealarm.rate_pools p on p.id = r.pool_id;

-- name: leave_leases
-- The worker has stopped: what it held is free.
delete from onealarm.rate_leases where worker_id = $1;

-- name: lock_pools
-- The leader of epoch $1 takes all pools, and no leader before it takes them again. Its predecessor's grants are complete by then.
select id, provider, model, unit, per_minute, call, in_force, effective, bad_periods, judged_at, granted_at, onealarm.now() as instant
from onealarm.rate_pools
where epoch <= $1
order by id
for update;

-- name: list_leases
-- What is promised to whom, what they want and report; $1 is how long a grant is good for.
select l.pool_id, l.worker_id, l.wants_critical, l.wants_high, l.wants_normal, l.renewed_at, l.calls, l.refused, l.limit_seen,
       case when p.granted_at + $1::interval > onealarm.now() then l.granted else 0 end as granted,
       case when l.held_until > onealarm.now() then l.held else 0 end as held
from onealarm.rate_leases l join onealarm.rate_pools p on p.id = l.pool_id
order by l.pool_id, l.worker_id;

-- name: grant_leases
-- All grants of all pools at once, by the leader of epoch $1. A row is written only where its grant changes, or its calls were counted.
with decided as (
    select * from unnest(
        $2::integer[], $3::double precision[], $4::double precision[], $5::double precision[], $6::integer[], $7::timestamptz[])
        as d (id, ceiling, in_force, effective, bad_periods, judged_at)
), opened as (
    update onealarm.rate_pools p
    set epoch = $1, granted_at = onealarm.now(), ceiling = d.ceiling, in_force = d.in_force, effective = d.effective,
        bad_periods = d.bad_periods, judged_at = d.judged_at
    from decided d where p.id = d.id and p.epoch <= $1
    returning p.id
), granted as (
    select * from unnest($8::integer[], $9::uuid[], $10::double precision[], $11::integer[], $12::integer[])
        as g (pool_id, worker_id, granted, calls, refused)
), locked as (
    select l.pool_id, l.worker_id
    from onealarm.rate_leases l
    join granted g using (pool_id, worker_id) join opened o on o.id = l.pool_id
    where l.granted is distinct from g.granted or g.calls > 0
    order by l.pool_id, l.worker_id
    for update of l
), written as (
    update onealarm.rate_leases l
    set granted = g.granted, calls = l.calls - g.calls, refused = l.refused - g.refused
    from locked k join granted g using (pool_id, worker_id)
    where l.pool_id = k.pool_id and l.worker_id = k.worker_id
    returning 1
)
select count(*) from written;

-- name: forget_leases
-- Those of workers that have been silent for so long that nothing they held can be under way.
delete from onealarm.rate_leases where renewed_at < onealarm.now() - $1::interval;

-- name: find_overcommit
-- By how much the leases of all pools together promise more than they may: always zero. $1 is how long a grant is good for.
select coalesce(sum(greatest(0, promised - ceiling * (1 + 1e-9))), 0)
from (
    select p.ceiling, sum(greatest(
        case when p.granted_at + $1::interval > onealarm.now() then l.granted else 0 end,
        case when l.held_until > onealarm.now() then l.held else 0 end)) as promised
    from onealarm.rate_pools p join onealarm.rate_leases l on l.pool_id = p.id
    group by p.id) as pools;

-- name: list_pools
-- How each pool stands, for who looks.
select p.provider, p.model, p.unit, p.per_minute, p.in_force, p.effective,
       coalesce(sum(l.granted) filter (where p.granted_at + $1::interval > onealarm.now()), 0) as granted,
       coalesce(sum(l.used) filter (where l.renewed_at + $1::interval > onealarm.now()), 0) as used
from onealarm.rate_pools p left join onealarm.rate_leases l on l.pool_id = p.id
group by p.id
order by p.provider, p.model, p.unit;

-- name: note_failures
-- Calls that came to nothing, in one go for many.
insert into onealarm.failed_calls as f (hour, provider, model, reason, calls, usd)
select date_trunc('hour', onealarm.now(), 'UTC'), n.provider, n.model, n.reason, n.calls, n.usd::numeric
from unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::double precision[]) as n (provider, model, reason, calls, usd)
order by n.provider, n.model, n.reason
on conflict (hour, provider, model, reason) do update set calls = f.calls + excluded.calls, usd = f.usd + excluded.usd;
