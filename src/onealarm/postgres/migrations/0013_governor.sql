-- The governor and the money: what providers allow in a minute, leased to workers; what a day may cost, reserved in chunks; and what
-- each segment cost. Nothing here is written for a single call.

create table onealarm.rate_pools (
    id          integer generated always as identity primary key,
    provider    text not null,
    model       text not null,
    unit        text not null check (unit in ('requests', 'tokens', 'characters')),
    per_minute  double precision not null check (per_minute > 0),     -- as the operator agreed it with the provider
    call        double precision not null check (call > 0),           -- units of the largest call
    in_force    double precision not null check (in_force > 0),       -- what the provider says, where that is less
    effective   double precision not null check (effective > 0),      -- what its answers show
    bad_periods integer not null default 0,
    judged_at   timestamptz not null default onealarm.now(),
    ceiling     double precision not null,                            -- the most that all leases may promise together
    epoch       bigint not null default 0,                            -- of the leader that granted last
    granted_at  timestamptz not null default '1970-01-01 00:00+00',
    unique (provider, model, unit)
) with (fillfactor = 50);

-- One worker's lease of one pool, in units per minute. Its owner writes all but what is granted, the leader nothing but that. No column
-- that changes is in an index, and the pages have room: a renewal is a heap-only update.
create table onealarm.rate_leases (
    pool_id        integer not null references onealarm.rate_pools on delete cascade,
    worker_id      uuid not null,
    wants_critical double precision not null default 0 check (wants_critical >= 0),
    wants_high     double precision not null default 0 check (wants_high >= 0),
    wants_normal   double precision not null default 0 check (wants_normal >= 0),
    used           double precision not null default 0,               -- per minute, over the last period
    granted        double precision not null default 0 check (granted >= 0),   -- good for 20 s after the pool's granted_at
    held           double precision not null default 0,               -- the most that the owner may be using of older grants
    held_until     timestamptz not null default '1970-01-01 00:00+00',
    calls          integer not null default 0,                        -- since the leader last judged
    refused        integer not null default 0,
    limit_seen     double precision check (limit_seen > 0),
    renewed_at     timestamptz not null default onealarm.now(),
    primary key (pool_id, worker_id)
) with (fillfactor = 50);

-- Calls that came to nothing, by hour: a call that succeeded is charged in the row of what it made.
create table onealarm.failed_calls (
    hour     timestamptz not null,
    provider text not null,
    model    text not null,
    reason   text not null,
    calls    integer not null,
    usd      numeric(14, 6) not null default 0,
    primary key (hour, provider, model, reason)
);

alter table onealarm.segments
    add column provider   text,                  -- who was paid for it; null where nobody was
    add column model      text,
    add column requests   integer,
    add column tokens     integer,
    add column characters integer,
    add column usd        numeric(14, 6),
    add column paid_at    timestamptz;
create index segments_by_payment on onealarm.segments (paid_at) where paid_at is not null;

-- A day of UTC in one unit: money, or a platform's quota. Invariant: what is spent and reserved is never more than the amount, but for
-- calls that cost more than was expected of them.
create table onealarm.budgets (
    day          date not null,
    unit         text not null,
    amount       numeric(20, 6) not null check (amount >= 0),
    spent        numeric(20, 6) not null default 0,
    reserved     numeric(20, 6) not null default 0 check (reserved >= 0),
    full_share   real check (full_share between 0 and 1),             -- the mix until the next refresh; null before the first
    short_share  real check (short_share between 0 and 1),
    told         real not null default 0,                             -- the highest alert that was given
    told_ahead   boolean not null default false,                      -- whether it was told that the day will cost too much
    epoch        bigint not null default 0,
    primary key (day, unit)
) with (fillfactor = 50);

create table onealarm.spend_chunks (
    day        date not null,
    unit       text not null,
    worker_id  uuid not null,
    token      bigint not null default nextval('onealarm.lease_tokens'),
    reserved   numeric(20, 6) not null check (reserved >= 0),
    expires_at timestamptz not null,
    primary key (day, unit, worker_id)
) with (fillfactor = 50);

do $$
begin
    if exists (select from pg_roles where rolname = 'service_role') then
        grant all on onealarm.rate_pools, onealarm.rate_leases, onealarm.failed_calls, onealarm.budgets, onealarm.spend_chunks
            to service_role;
    end if;
end
$$;
