-- The control plane: who leads, what the fleet tells of itself, and what it is told.

-- One leader at a time, by a lease. Each new leader has a higher epoch, and whatever a leader writes is written only under its own.
create table onealarm.leaders (
    purpose     text primary key,
    holder      uuid not null,
    epoch       bigint not null,
    expires_at  timestamptz not null
);

-- What a worker tells with each beat: how much it can do and does, and what it has done in its life. Nothing that an index holds changes.
alter table onealarm.workers
    add column slots integer not null default 0,
    add column held integer not null default 0,
    add column done bigint not null default 0,
    add column failed bigint not null default 0,
    add column worked interval not null default '0';

-- What the leader has decided last; workers go by it for as long as it is valid, whether or not there is a leader.
create table onealarm.plans (
    purpose        text primary key references onealarm.leaders,
    epoch          bigint not null,
    made_at        timestamptz not null,
    starts_at      timestamptz not null,
    advance        integer[] not null,              -- seconds, for each minute from starts_at on
    level          smallint not null check (level between 0 and 6),
    short_share    double precision not null check (short_share between 0 and 1),
    tick           interval not null,
    batch          integer not null,
    desired_slots  integer not null,
    reason         text not null,
    workers        integer not null
);

-- What could be better, by its ring.
create index degraded_audio on audio (ring_at) where status = 'ready' and tier in ('short', 'local') and audio_type = 'combined';

-- Every change of the emergency level, with what caused it. Kept for the operator.
create table onealarm.level_changes (
    id          bigint generated always as identity primary key,
    changed_at  timestamptz not null default onealarm.now(),
    epoch       bigint not null,
    before      smallint not null,
    after       smallint not null,
    cause       text not null check (cause in ('signals', 'override')),
    signals     jsonb not null
);

-- What operators have set, and until when; the newest counts. Never changed, so that it says who did what.
create table onealarm.level_overrides (
    id      bigint generated always as identity primary key,
    set_at  timestamptz not null default onealarm.now(),
    level   smallint check (level between 0 and 6),    -- null: as the signals say
    until   timestamptz not null,
    why     text not null
);

do $$
begin
    if exists (select from pg_roles where rolname = 'service_role') then
        grant all on onealarm.leaders, onealarm.plans, onealarm.level_changes, onealarm.level_overrides to service_role;
    end if;
end
$$;
