-- What models have written of shared content: once for the whole fleet, as segments are spoken.

create table onealarm.written (
    key           text primary key check (key ~ '^[0-9a-f]{64}$'),
    state         text not null check (state in ('writing', 'ready')),
    worker_id     uuid not null,                 -- who writes it, or wrote it
    token         bigint not null,
    kind          text not null,
    language      text not null,
    model         text not null,
    stories       jsonb not null default '[]',   -- text and the ids of the headlines that it tells
    provider      text,                          -- who was paid for it
    requests      integer,
    tokens        integer,                       -- read and written together
    usd           numeric(14, 6),
    paid_at       timestamptz,
    last_used_at  timestamptz not null default onealarm.now()
);
create index written_by_last_use on onealarm.written (last_used_at);
create index written_by_payment on onealarm.written (paid_at) where paid_at is not null;

do $$
begin
    if exists (select from pg_roles where rolname = 'service_role') then
        grant all on onealarm.written to service_role;
    end if;
end
$$;
