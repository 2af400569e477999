-- People: users, what they prefer, the weather their client sends, and the tokens that prove who is calling.

create table users (
    id          uuid primary key default gen_random_uuid(),
    email       text unique check (email <> ''),
    created_at  timestamptz not null default onealarm.now()
);

create table user_preferences (
    user_id              uuid primary key references users on delete cascade,
    preferred_name       text check (char_length(preferred_name) <= 300),
    tts_voice            text not null default 'alloy' check (
        tts_voice in ('alloy', 'ash', 'echo', 'fable', 'onyx', 'nova', 'sage', 'shimmer', 'verse')),
    language             text not null default 'en',
    timezone             text not null references onealarm.zones (name),
    place_name           text check (char_length(place_name) between 1 and 200),
    latitude             double precision check (latitude between -90 and 90),
    longitude            double precision check (longitude between -180 and 180),
    country              text check (country ~ '^[A-Z]{2}$'),
    subdivision          text check (char_length(subdivision) between 1 and 10),
    include_weather      boolean not null default true,
    feeds                text[] not null default '{}' check (cardinality(feeds) <= 10 and array_position(feeds, null) is null),
    updated_at           timestamptz not null default onealarm.now(),
    constraint place_is_whole check (
        (place_name is null) = (latitude is null) and (latitude is null) = (longitude is null)),
    constraint subdivision_needs_country check (subdivision is null or country is not null)
);

-- The newest report of a user's client; a second report replaces the first.
create table weather_data (
    user_id       uuid primary key references users on delete cascade,
    location      text check (char_length(location) <= 200),
    current_temp  double precision check (current_temp between -150 and 150),
    high_temp     double precision check (high_temp between -150 and 150),
    low_temp      double precision check (low_temp between -150 and 150),
    unit          text not null default 'F' check (unit in ('F', 'C')),
    condition     text check (char_length(condition) <= 200),
    sunrise_time  time check (sunrise_time < '24:00'),
    sunset_time   time check (sunset_time < '24:00'),
    updated_at    timestamptz not null default onealarm.now()
);

create table logs (
    id          bigint generated always as identity primary key,
    user_id     uuid references users on delete cascade,
    event_type  text not null,
    meta        jsonb not null default '{}',
    created_at  timestamptz not null default onealarm.now()
);

-- A token is kept as its hash only. Without a user it is an operator's.
create table onealarm.tokens (
    hash        bytea primary key check (octet_length(hash) = 32),
    user_id     uuid references users on delete cascade,
    created_at  timestamptz not null default onealarm.now()
);
create index tokens_of_user on onealarm.tokens (user_id);

-- What is this installation's alone: the secret under which the keys of personal segments are made.
create table onealarm.installation (
    singleton  boolean primary key default true check (singleton),
    secret     bytea not null
);
insert into onealarm.installation (secret)
values (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
