-- The ledger: what was paid beside the segments that are there, and all of it by day, provider and model.

-- Charges without a segment's row of their own, in sums by the hour. They are few: a speaker that died, a passage that a voice was measured
-- by, and segments that were dropped, whose charges would go with them.
create table onealarm.other_charges (
    hour        timestamptz not null,
    provider    text not null,
    model       text not null,
    kind        text not null check (kind in ('presumed', 'late', 'passage', 'dropped')),
    requests    bigint not null default 0,
    tokens      bigint not null default 0,
    characters  bigint not null default 0,
    usd         numeric(20, 6) not null default 0,
    primary key (hour, provider, model, kind)
);

create function onealarm.note_charge(
    paid_at timestamptz, provider text, model text, kind text, requests bigint, tokens bigint, characters bigint, usd numeric
) returns void
language sql
set search_path = pg_catalog
begin atomic
    insert into onealarm.other_charges as c (hour, provider, model, kind, requests, tokens, characters, usd)
    values (date_trunc('hour', note_charge.paid_at, 'UTC'), note_charge.provider, note_charge.model, note_charge.kind,
            note_charge.requests, note_charge.tokens, note_charge.characters, note_charge.usd)
    on conflict on constraint other_charges_pkey do update
    set requests = c.requests + excluded.requests, tokens = c.tokens + excluded.tokens,
        characters = c.characters + excluded.characters, usd = c.usd + excluded.usd;
end;

-- A segment's charge outlives the segment, under the hour in which it was paid.
create function onealarm.keep_charges() returns trigger
language plpgsql
set search_path = pg_catalog
as $$
begin
    insert into onealarm.other_charges as c (hour, provider, model, kind, requests, tokens, characters, usd)
    select date_trunc('hour', g.paid_at, 'UTC'), g.provider, g.model, 'dropped', sum(coalesce(g.requests, 0)), sum(coalesce(g.tokens, 0)),
           sum(coalesce(g.characters, 0)), sum(coalesce(g.usd, 0))
    from gone g
    where g.paid_at is not null and g.provider is not null and g.model is not null
    group by 1, 2, 3
    order by 1, 2, 3
    on conflict on constraint other_charges_pkey do update
    set requests = c.requests + excluded.requests, tokens = c.tokens + excluded.tokens,
        characters = c.characters + excluded.characters, usd = c.usd + excluded.usd;
    return null;
end
$$;
create trigger keep_charges after delete on onealarm.segments
    referencing old table as gone for each statement execute function onealarm.keep_charges();

-- What an alarm is expected to cost, as the leader sets it with the mix; null before the first time.
alter table onealarm.budgets
    add column full_cost  double precision check (full_cost > 0),
    add column short_cost double precision check (short_cost > 0);

-- Every paid call between two instants, by day of UTC, provider, model and kind. The kind failed counts requests that came to nothing, with
-- what is known of their cost. What is in sums by the hour counts from the hour that `since` is in.
create function onealarm.paid_calls(since timestamptz, until timestamptz)
returns table (day date, provider text, model text, kind text, requests bigint, tokens bigint, characters bigint, usd numeric)
language sql
stable
begin atomic
    select (s.paid_at at time zone 'UTC')::date, s.provider, s.model, 'speech', sum(coalesce(s.requests, 0))::bigint,
           sum(coalesce(s.tokens, 0))::bigint, sum(coalesce(s.characters, 0))::bigint, sum(coalesce(s.usd, 0))
    from onealarm.segments s
    where s.paid_at is not null and s.paid_at >= since and s.paid_at < until
    group by 1, 2, 3
    union all
    select (c.hour at time zone 'UTC')::date, c.provider, c.model, c.kind, sum(c.requests)::bigint, sum(c.tokens)::bigint,
           sum(c.characters)::bigint, sum(c.usd)
    from onealarm.other_charges c
    where c.hour >= date_trunc('hour', since, 'UTC') and c.hour < until
    group by 1, 2, 3, 4
    union all
    select (f.hour at time zone 'UTC')::date, f.provider, f.model, 'failed', sum(f.calls)::bigint, 0::bigint, 0::bigint, sum(f.usd)
    from onealarm.failed_calls f
    where f.hour >= date_trunc('hour', since, 'UTC') and f.hour < until
    group by 1, 2, 3;
end;

do $$
begin
    if exists (select from pg_roles where rolname = 'service_role') then
        grant all on onealarm.other_charges to service_role;
        grant execute on function onealarm.paid_calls to service_role;
    end if;
end
$$;
