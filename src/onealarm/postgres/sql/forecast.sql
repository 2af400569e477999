-- name: count_rings
-- Rings of the alarms from $1 to before $2, by zone and by bins of the width $3. Each alarm has its next ring in an index; those of the two
-- dates after it are found from it, so this counts all of two days, and looks at no alarm that does not ring in them. The offset of the later
-- ones is looked up once for each zone and date (two of them where a clock changes), by the rule of onealarm.instant_of.
with weekly as materialized (
    select a.timezone as zone, a.next_ring_date as day, a.alarm_time_local as wall_time,
           count(*) filter (
               where extract(isodow from a.next_ring_date + 1)::smallint = any (a.days) and not a.next_ring_date + 1 = any (a.skip_dates)
                 and (a.next_ring_date + 1 between a.pause_from and a.pause_until) is not true
                 and not (a.skip_holidays and exists (
                     select from onealarm.public_holidays h
                     where h.region = onealarm.holiday_region_of(a.user_id) and h.day = a.next_ring_date + 1))) as next,
           count(*) filter (
               where a.next_trigger_at < $2::timestamptz - interval '46 hours'
                 and extract(isodow from a.next_ring_date + 2)::smallint = any (a.days) and not a.next_ring_date + 2 = any (a.skip_dates)
                 and (a.next_ring_date + 2 between a.pause_from and a.pause_until) is not true
                 and not (a.skip_holidays and exists (
                     select from onealarm.public_holidays h
                     where h.region = onealarm.holiday_region_of(a.user_id) and h.day = a.next_ring_date + 2))) as after_next
    from alarms a
    where a.active and a.days is not null and a.next_trigger_at >= onealarm.now() and a.next_trigger_at < $2::timestamptz - interval '22 hours'
    group by 1, 2, 3
), later as materialized (
    select zone, day + 1 as day, wall_time, next as alarms from weekly where next > 0
    union all
    select zone, day + 2, wall_time, after_next from weekly where after_next > 0
), offsets as materialized (
    select d.zone, d.day, t.local_from, t.utc_offset,
           lead(t.local_from, 1, 'infinity') over (partition by d.zone, d.day order by t.local_from) as local_until
    from (select distinct zone, day from later) as d cross join lateral (
        select t.local_from, t.utc_offset from onealarm.zone_transitions t
        where t.zone = d.zone and t.local_from < d.day + 1 order by t.local_from desc limit 2
    ) as t
), counted as (
    select a.timezone as zone, date_bin($3::interval, a.next_trigger_at, 'epoch'::timestamptz) as bin, count(*) as alarms
    from alarms a
    where a.active and a.next_trigger_at >= $1 and a.next_trigger_at < $2
    group by 1, 2
    union all
    select l.zone, date_bin($3::interval, (l.day + l.wall_time - o.utc_offset) at time zone 'UTC', 'epoch'::timestamptz), l.alarms
    from later l join offsets o
        on o.zone = l.zone and o.day = l.day and l.day + l.wall_time >= o.local_from and l.day + l.wall_time < o.local_until
    where (l.day + l.wall_time - o.utc_offset) at time zone 'UTC' >= $1 and (l.day + l.wall_time - o.utc_offset) at time zone 'UTC' < $2
)
select zone, bin, sum(alarms)::bigint as alarms from counted group by 1, 2;

-- name: tell_now
-- The present instant.
select onealarm.now();

-- name: list_groups
-- Of each zone its group.
select zone, zone_group from onealarm.zone_groups(onealarm.now());

-- name: open_buckets
-- The buckets $1 of the zone groups $2 are looked at, each at its local quarter of the week $3.
insert into onealarm.demand_actuals (bucket, zone_group, quarter)
select * from unnest($1::timestamptz[], $2::text[], $3::smallint[])
on conflict do nothing;

-- name: note_known
-- What is known of the buckets $1 of the zone groups $2 at the lead of number $3: $4 alarms.
update onealarm.demand_actuals d
set known[k.lead] = k.known, looked_at[k.lead] = onealarm.now()
from unnest($1::timestamptz[], $2::text[], $3::integer[], $4::integer[]) as k (bucket, zone_group, lead, known)
where d.bucket = k.bucket and d.zone_group = k.zone_group and d.final is null;

-- name: close_buckets
-- What the buckets that begin within ten minutes are, and what of that came after each look. An alarm that has rolled on from one ring to the
-- next is as old as it is; one that was edited is as old as the edit, until it rolls on. So at least as much has come as there is more than was
-- known. Whatever was known and is not there has been cancelled or moved.
with closing as materialized (
    select d.bucket, d.zone_group, d.looked_at, d.known from onealarm.demand_actuals d
    where d.bucket >= onealarm.now() and d.bucket < onealarm.now() + interval '10 minutes'
), rings as materialized (
    select date_bin(interval '15 minutes', a.next_trigger_at, 'epoch'::timestamptz) as bucket, g.zone_group,
           case when a.updated_at < a.last_ring_at + interval '10 minutes' then a.created_at else a.updated_at end as since
    from alarms a join onealarm.zone_groups(onealarm.now()) g on g.zone = a.timezone
    where a.active and a.next_trigger_at >= (select min(c.bucket) from closing c)
      and a.next_trigger_at < (select max(c.bucket) + interval '15 minutes' from closing c)
), counted as (
    select c.bucket, c.zone_group, c.known, count(r.since)::integer as final,
           array(
               select case when l.looked_at is not null
                           then greatest(count(*) filter (where s.since > l.looked_at), count(s.since) - c.known[l.lead]) end
               from unnest(c.looked_at) with ordinality as l (looked_at, lead) left join unnest(array_agg(r.since)) as s (since) on true
               group by l.lead, l.looked_at order by l.lead
           )::integer[] as late
    from closing c left join rings r on r.bucket = c.bucket and r.zone_group = c.zone_group
    group by c.bucket, c.zone_group, c.known, c.looked_at
)
update onealarm.demand_actuals d
set final = n.final, late = n.late,
    cancelled = array(select n.known[lead] - (n.final - n.late[lead]) from generate_series(1, 7) as lead order by lead)
from counted n
where d.bucket = n.bucket and d.zone_group = n.zone_group;

-- name: list_actuals
-- Buckets that are over, from $1 to before $2.
select bucket, zone_group, quarter, known, late, cancelled, final
from onealarm.demand_actuals
where bucket >= $1 and bucket < $2 and final is not null
order by bucket, zone_group;

-- name: insert_run
-- Under the leader's epoch only.
insert into onealarm.forecast_runs (epoch, made_at, model_version, fitted_at, history_from, quantiles)
select l.epoch, $3, $4, $5, $6, $7 from (
    select epoch from onealarm.leaders where purpose = $1 and epoch = $2 for share
) as l
returning id;

-- name: insert_point
-- One zone group of a run, or all.
insert into onealarm.forecast_points (run_id, zone_group, quarters, known, stay, late, low99, low90, upper90, high90, high99)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: find_run
-- The newest run, or the one of the number $1.
select id, made_at, model_version, fitted_at, history_from, quantiles from onealarm.forecast_runs
where id = coalesce($1, (select id from onealarm.forecast_runs order by made_at desc, id desc limit 1));

-- name: list_points
-- Of a run.
select zone_group, quarters, known, stay, late, low99, low90, upper90, high90, high99
from onealarm.forecast_points where run_id = $1 order by zone_group;

-- name: find_newest
-- What the controller plans with.
select r.made_at, r.history_from, p.known, p.upper90
from onealarm.forecast_runs r join onealarm.forecast_points p on p.run_id = r.id and p.zone_group = 'all'
where r.id = (select id from onealarm.forecast_runs order by made_at desc, id desc limit 1);

-- name: list_issued
-- The first run of each hour from $1 to before $2, all zones together.
with runs as materialized (
    select distinct on (date_trunc('hour', made_at)) id, made_at from onealarm.forecast_runs
    where made_at >= $1 and made_at < $2
    order by date_trunc('hour', made_at), made_at, id
)
select r.made_at, p.known, p.stay, p.late, p.low99, p.low90, p.upper90, p.high90, p.high99
from runs r join onealarm.forecast_points p on p.run_id = r.id and p.zone_group = 'all'
order by r.made_at;

-- name: delete_runs
-- Those that are older than $1, and their points; returns them.
delete from onealarm.forecast_runs where made_at < onealarm.now() - $1::interval returning id;

-- name: save_scores
-- In place of the last ones.
insert into onealarm.forecast_scores as s (lead, scored_at, forecasts, wape, floor, mase, bias, coverage, sup_error)
values ($1, onealarm.now(), $2, $3, $4, $5, $6, $7, $8)
on conflict (lead) do update
set scored_at = excluded.scored_at, forecasts = excluded.forecasts, wape = excluded.wape, floor = excluded.floor, mase = excluded.mase,
    bias = excluded.bias, coverage = excluded.coverage, sup_error = excluded.sup_error;

-- name: list_scores
-- Of every lead.
select lead, scored_at, forecasts, wape, floor, mase, bias, coverage, sup_error from onealarm.forecast_scores;
