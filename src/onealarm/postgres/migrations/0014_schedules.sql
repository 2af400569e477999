-- Schedules: which firing of which lane was claimed, so that of several schedulers one carries it out.

create table onealarm.lane_firings (
    lane        text check (length(lane) between 1 and 63),
    fire_at     timestamptz,
    claimed_at  timestamptz not null default onealarm.now(),
    claimed_by  uuid not null,
    primary key (lane, fire_at)
);

do $$
begin
    if exists (select from pg_roles where rolname = 'service_role') then
        grant all on onealarm.lane_firings to service_role;
    end if;
end
$$;
