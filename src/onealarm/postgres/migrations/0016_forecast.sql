-- The forecast: what came of each quarter of an hour beside what was known of it before, and what was said would come.

-- Zones with the same offsets in January and in July: their clocks show the same time all year, save days around a change.
create function onealarm.zone_groups(at timestamptz) returns table (zone text, zone_group text)
language sql stable
as $$
    with year as materialized (
        select date_trunc('year', at, 'UTC') as begins
    ), offsets as (
        select z.name, o.summer, o.minutes, case when o.minutes < 0 then '-' else '+' end
               || to_char(abs(o.minutes) / 60, 'FM00') || ':' || to_char(abs(o.minutes) % 60, 'FM00') as shown
        from onealarm.zones z cross join year y cross join lateral (
            select s.summer, (extract(epoch from onealarm.wall_time_of(s.instant, z.name) - s.instant at time zone 'UTC') / 60)::integer as minutes
            from (values (false, y.begins + interval '14 days'), (true, y.begins + interval '195 days')) as s (summer, instant)
        ) as o
    )
    select w.name, case when w.minutes = s.minutes then w.shown else w.shown || '/' || s.shown end
    from offsets w join offsets s on s.name = w.name and s.summer
    where not w.summer and w.minutes is not null and s.minutes is not null
$$;

-- What was known of a quarter of an hour 15 minutes, 1, 3, 6, 12, 24 and 48 hours before it (null where nobody looked), and what it was at
-- its beginning. What has been closed is not changed any more, and is kept for ever: forecasts are made again from it.
create table onealarm.demand_actuals (
    bucket      timestamptz not null,
    zone_group  text not null,
    quarter     smallint not null check (quarter between 0 and 671),    -- of the local week, from Monday at midnight
    looked_at   timestamptz[] not null default array_fill(null::timestamptz, array[7]),
    known       integer[] not null default array_fill(null::integer, array[7]),
    late        integer[],                       -- created or moved here after that look, and there at the end
    cancelled   integer[],                       -- known at that look, and not there at the end
    final       integer,                         -- null until the bucket begins
    primary key (bucket, zone_group),
    constraint closed_as_a_whole check ((final is null) = (late is null) and (final is null) = (cancelled is null))
);

-- A forecast as it was published. The rates follow from the actuals before `fitted_at`, the rest is in its points.
create table onealarm.forecast_runs (
    id             bigint generated always as identity primary key,
    made_at        timestamptz not null,
    epoch          bigint not null,
    model_version  smallint not null,
    fitted_at      timestamptz not null,
    history_from   timestamptz,                  -- the first bucket that was learned from; null: none yet
    quantiles      real[] not null               -- of the errors in units of chance, by lead and level
);
create index forecast_runs_by_time on onealarm.forecast_runs (made_at);

-- 192 quarters of an hour from the first whole one after `made_at` on; of each zone group, and with their bands of all together ('all').
create table onealarm.forecast_points (
    run_id      bigint not null references onealarm.forecast_runs on delete cascade,
    zone_group  text not null,
    quarters    smallint[],                      -- of the local week; null for all
    known       integer[] not null,
    stay        real[] not null,                 -- how many of these will stay
    late        real[] not null,                 -- how many are still to be created
    low99       real[],                          -- of the sum up to the end of each quarter
    low90       real[],
    upper90     real[],                          -- the one-sided quantile that is planned with
    high90      real[],
    high99      real[],
    primary key (run_id, zone_group)
);

-- What the leader has last found out about its forecasts, by lead.
create table onealarm.forecast_scores (
    lead        text primary key,
    scored_at   timestamptz not null,
    forecasts   integer not null,
    wape        real,
    floor       real,
    mase        real,
    bias        real,
    coverage    real,
    sup_error   real
);

revoke all on function onealarm.zone_groups(timestamptz) from public;
do $$
begin
    if exists (select from pg_roles where rolname = 'service_role') then
        grant all on onealarm.demand_actuals, onealarm.forecast_runs, onealarm.forecast_points, onealarm.forecast_scores to service_role;
        grant execute on function onealarm.zone_groups(timestamptz) to service_role;
    end if;
end
$$;
