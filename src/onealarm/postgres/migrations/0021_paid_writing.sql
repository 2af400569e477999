-- What models are paid for writing is in the ledger too, and stays in it when what they wrote is forgotten.

create function onealarm.keep_writing_charges() returns trigger
language plpgsql
set search_path = pg_catalog
as $$
begin
    insert into onealarm.other_charges as c (hour, provider, model, kind, requests, tokens, usd)
    select date_trunc('hour', g.paid_at, 'UTC'), g.provider, g.model, 'dropped', sum(coalesce(g.requests, 0)), sum(coalesce(g.tokens, 0)),
           sum(coalesce(g.usd, 0))
    from gone g
    where g.paid_at is not null and g.provider is not null
    group by 1, 2, 3
    order by 1, 2, 3
    on conflict on constraint other_charges_pkey do update
    set requests = c.requests + excluded.requests, tokens = c.tokens + excluded.tokens, usd = c.usd + excluded.usd;
    return null;
end
$$;
create trigger keep_charges after delete on onealarm.written
    referencing old table as gone for each statement execute function onealarm.keep_writing_charges();

create or replace function onealarm.paid_calls(since timestamptz, until timestamptz)
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
    select (w.paid_at at time zone 'UTC')::date, w.provider, w.model, 'writing', sum(coalesce(w.requests, 0))::bigint,
           sum(coalesce(w.tokens, 0))::bigint, 0::bigint, sum(coalesce(w.usd, 0))
    from onealarm.written w
    where w.paid_at is not null and w.paid_at >= since and w.paid_at < until
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
