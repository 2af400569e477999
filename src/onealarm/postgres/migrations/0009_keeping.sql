-- Keeping: whose a personal segment is, how segments are dropped without an orphan either way, and which slice of the store was looked
-- at when.

-- A personal segment goes with the last user whose briefings hold it.
create table onealarm.segment_users (
    key      text references onealarm.segments on delete cascade,
    user_id  uuid references users on delete cascade,
    primary key (key, user_id)
);
create index segments_of_user on onealarm.segment_users (user_id);

-- Those whose briefings can still be played are owners from the beginning.
insert into onealarm.segment_users (key, user_id)
select distinct s.key, a.user_id
from audio a
cross join lateral jsonb_array_elements(a.parts) as part
join onealarm.segments s on s.key = part ->> 'key'
where a.user_id is not null and s.text is null;

-- While a row is dropping its object is being deleted; then the row goes too. Until then nobody speaks it anew.
alter table onealarm.segments
    add column dropping_at timestamptz,          -- when it was claimed for that; a claim older than onealarm.stale() is anybody's
    drop constraint segments_state_check,
    add constraint segments_state_check check (state in ('speaking', 'ready', 'dropping')),
    add constraint dropping_has_a_begin check ((state = 'dropping') = (dropping_at is not null));
create index dropping_segments on onealarm.segments (dropping_at) where state = 'dropping';
create index sealed_segments_by_last_use on onealarm.segments (last_used_at) where text is null;
create index segments_of_slice on onealarm.segments (left(key, 2));

-- The store is swept in slices: the first two digits of the keys.
create table onealarm.sweeps (
    slice     text primary key check (slice ~ '^[0-9a-f]{2}$'),
    swept_at  timestamptz not null default '-infinity'
);
insert into onealarm.sweeps (slice) select lpad(to_hex(n), 2, '0') from generate_series(0, 255) as n;

-- Audio that was ready, and failed or was left when it was made again, still holds what was said.
create index emptied_audio_by_expiry on audio (expires_at) where status in ('generating', 'failed') and parts <> '[]';

do $$
begin
    if exists (select from pg_roles where rolname = 'service_role') then
        grant all on onealarm.segment_users, onealarm.sweeps to service_role;
    end if;
end
$$;
