-- Time: the one clock, zone rules as data, and the next ring of an alarm.
-- Functions live in schema onealarm, which no client role may use; tables that clients share live in public.

create schema if not exists onealarm;

-- The present instant by the database's clock. A session may set onealarm.now to live at another instant: tests, the
-- simulator and the demo do. Every rule and every statement asks this function, and nothing else, what time it is.
create function onealarm.now() returns timestamptz
language sql stable parallel safe
as $$ select coalesce(nullif(current_setting('onealarm.now', true), '')::timestamptz, pg_catalog.now()) $$;

-- How long before the ring the work of an alarm begins.
create function onealarm.lead() returns interval
language sql immutable parallel safe
as $$ select interval '58 minutes' $$;

create table onealarm.zone_data (
    singleton  boolean primary key default true check (singleton),
    version    text not null,                    -- of the tzdata package the rows below were made from
    loaded_at  timestamptz not null default pg_catalog.now()
);

create table onealarm.zones (
    name text primary key
);

create table onealarm.zone_transitions (
    zone       text not null references onealarm.zones on delete cascade,
    starts_at  timestamptz not null,             -- the instant from which the offset holds
    -- The wall time from which the offset is used: the later of the two readings of starts_at. A wall time that is skipped or
    -- repeated therefore takes the offset before it: 02:30 in a gap rings at 03:30, and of two passes the first one counts.
    local_from timestamp not null,
    utc_offset interval not null,
    primary key (zone, starts_at)
);
create index zone_transitions_by_wall_time on onealarm.zone_transitions (zone, local_from);

-- The instant of a wall time. Null when the zone is unknown.
create function onealarm.instant_of(wall timestamp, zone_name text) returns timestamptz
language sql stable parallel safe
as $$
    select (wall - t.utc_offset) at time zone 'UTC'
    from onealarm.zone_transitions t
    where t.zone = zone_name and t.local_from <= wall
    order by t.local_from desc
    limit 1
$$;

-- The wall time of an instant. Null when the zone is unknown.
create function onealarm.wall_time_of(instant timestamptz, zone_name text) returns timestamp
language sql stable parallel safe
as $$
    select (instant at time zone 'UTC') + t.utc_offset
    from onealarm.zone_transitions t
    where t.zone = zone_name and t.starts_at <= instant
    order by t.starts_at desc
    limit 1
$$;

-- The first ring strictly after an instant: of a one-off on its date, or of a weekly set of days (ISO, Monday is 1).
-- Null when there is none. The search begins a day early: a wall time skipped at midnight rings on the following date.
create function onealarm.next_ring(
    zone_name text, wall_time time, ring_date date, ring_days smallint[], after timestamptz
) returns timestamptz
language sql stable parallel safe
as $$
    select min(ring)
    from (
        select onealarm.instant_of(day + wall_time, zone_name) as ring
        from (
            select ring_date as day where ring_days is null
            union all
            select first_day + n
            from (select onealarm.wall_time_of(after, zone_name)::date - 1 as first_day) as start,
                 generate_series(0, 9) as n
            where ring_days is not null and extract(isodow from first_day + n)::smallint = any (ring_days)
        ) as days
    ) as rings
    where ring > after
$$;
