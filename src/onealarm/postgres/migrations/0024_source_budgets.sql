-- What sources of content have been asked, by the whole fleet: their terms count the calls of all its processes.

create table onealarm.source_budgets (
    source        text primary key,
    day           date not null,                 -- in UTC, as vendors count
    taken         integer not null default 0,    -- on that day
    closed_until  timestamptz                    -- the source said so
);

create table onealarm.source_calls (             -- of the last minute
    id      bigint generated always as identity primary key,
    source  text not null references onealarm.source_budgets on delete cascade,
    at      timestamptz not null,
    cost    integer not null check (cost > 0)
);
create index source_calls_by_time on onealarm.source_calls (source, at);

-- Takes what a call costs, and returns null; or takes nothing, and returns when there will be room.
create function onealarm.take_from_source(of_source text, costs integer, a_minute integer, a_day integer) returns timestamptz
language plpgsql
set search_path = pg_catalog
as $$
declare
    moment timestamptz;
    today date;
    budget onealarm.source_budgets;
    in_minute bigint;
begin
    insert into onealarm.source_budgets (source, day) values (of_source, (onealarm.now() at time zone 'UTC')::date)
    on conflict do nothing;
    -- One caller after another: two who looked at once would both find the last room.
    select * into budget from onealarm.source_budgets where source = of_source for update;
    moment := onealarm.now();
    today := (moment at time zone 'UTC')::date;
    if budget.closed_until > moment then
        return budget.closed_until;
    end if;
    if today > budget.day then
        budget.taken := 0;
    else
        today := budget.day;    -- it waited here since yesterday
    end if;
    if budget.taken + costs > a_day then
        return (today + 1)::timestamp at time zone 'UTC';
    end if;
    delete from onealarm.source_calls where source = of_source and at <= moment - interval '1 minute';
    select coalesce(sum(cost), 0) into in_minute from onealarm.source_calls where source = of_source;
    if in_minute + costs > a_minute then
        -- When enough of the last minute's calls are a minute old.
        return (
            select min(c.at) from (
                select at, sum(cost) over (order by at, id) as until_then from onealarm.source_calls where source = of_source
            ) as c
            where in_minute - c.until_then + costs <= a_minute
        ) + interval '1 minute';
    end if;
    insert into onealarm.source_calls (source, at, cost) values (of_source, moment, costs);
    update onealarm.source_budgets set day = today, taken = budget.taken + costs where source = of_source;
    return null;
end
$$;

do $$
begin
    if exists (select from pg_roles where rolname = 'service_role') then
        grant all on onealarm.source_budgets, onealarm.source_calls to service_role;
    end if;
end
$$;
