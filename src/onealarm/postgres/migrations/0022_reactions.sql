-- Reactions: how listeners took the sections of their briefings, for those whose briefings are to learn from it.

alter table user_preferences add column learn_from_skips boolean not null default false;

create table onealarm.reactions (
    user_id  uuid not null references users on delete cascade,
    ring_at  timestamptz not null,
    kind     text not null check (
        kind in ('greeting', 'date', 'sun', 'holiday', 'weather', 'news', 'sport', 'markets', 'calendar', 'closing')),
    share    real not null check (share between 0 and 1),             -- of the section that was heard
    praise   smallint not null default 0 check (praise between -1 and 1),
    primary key (user_id, ring_at, kind)
);

do $$
begin
    if exists (select from pg_roles where rolname = 'service_role') then
        grant all on onealarm.reactions to service_role;
    end if;
end
$$;
