-- Delivery: signed addresses, private feeds, flash briefings, and whole files in the store.

-- A signature names its key by number. An older key holds until nothing that it signed can be good.
create table onealarm.signing_keys (
    number   bigint generated always as identity primary key,
    secret   bytea not null,
    made_at  timestamptz not null default onealarm.now()
);
insert into onealarm.signing_keys (secret)
values (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

-- Whoever knows the secret reads the user's briefings as a podcast; only its hash is kept.
create table onealarm.feeds (
    id            uuid primary key default gen_random_uuid(),
    user_id       uuid not null references users on delete cascade,
    hash          bytea not null unique,
    created_at    timestamptz not null default onealarm.now(),
    last_read_at  timestamptz                    -- true to the hour
);
create index feeds_of_user on onealarm.feeds (user_id);

-- What a flash briefing told: the same for everybody, so it is nobody's.
create table onealarm.flash_briefings (
    id                uuid primary key,          -- follows from name and etag: what is said again has the same
    name              text not null,
    title             text not null,
    text              text not null,
    duration_seconds  double precision not null,
    size_bytes        integer not null,
    made_at           timestamptz not null default onealarm.now()
);
create index flash_briefings_by_age on onealarm.flash_briefings (name, made_at desc);

-- Whole files in the store. The audio's row may go before: what is left says which object is to be deleted.
create table onealarm.materials (
    name       text primary key,                 -- of the object
    audio_id   uuid not null,
    etag       text not null,
    form       text not null check (form in ('aac', 'm4a')),
    size_bytes bigint,
    sha256     text check (sha256 ~ '^[0-9a-f]{64}$'),
    made_at    timestamptz                       -- null until the object is there
);
create index material_of_audio on onealarm.materials (audio_id, form, etag);

do $$
begin
    if exists (select from pg_roles where rolname = 'service_role') then
        grant all on onealarm.signing_keys, onealarm.feeds, onealarm.flash_briefings, onealarm.materials to service_role;
    end if;
end
$$;
