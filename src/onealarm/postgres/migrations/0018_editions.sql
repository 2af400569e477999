-- Editions: what sources tell of a topic, collected once for everybody; what each user wants to hear of it, and what he has heard.

alter table user_preferences
    add column news_categories   text[] not null default '{}' constraint user_preferences_news_categories_check check (
        cardinality(news_categories) <= 6 and news_categories <@ array[
            'general', 'business', 'technology', 'sports', 'science', 'health', 'entertainment', 'world']),
    add column teams             text[] not null default '{}' constraint user_preferences_teams_check check (
        cardinality(teams) <= 5 and array_position(teams, null) is null and char_length(array_to_string(teams, '')) <= 200),
    add column tickers           text[] not null default '{}' constraint user_preferences_tickers_check check (
        cardinality(tickers) <= 10 and array_position(tickers, null) is null and char_length(array_to_string(tickers, '')) <= 200),
    add column calendar_url      text constraint user_preferences_calendar_url_check check (
        char_length(calendar_url) between 1 and 2000),
    add column temperature_unit  text constraint user_preferences_temperature_unit_check check (temperature_unit in ('F', 'C')),
    add column include_news      boolean not null default true,
    add column include_sport     boolean not null default true,
    add column include_markets   boolean not null default true,
    add column include_calendar  boolean not null default true;

-- Only what can be heard counts. A zone that moves an alarm gives it another ring, and so another job.
drop trigger preferences_0_stamp on user_preferences;
create trigger preferences_0_stamp before update on user_preferences
for each row when (
    old.preferred_name is distinct from new.preferred_name or old.tts_voice <> new.tts_voice or old.language <> new.language
    or old.place_name is distinct from new.place_name or old.latitude is distinct from new.latitude
    or old.longitude is distinct from new.longitude or old.country is distinct from new.country
    or old.subdivision is distinct from new.subdivision or old.include_weather <> new.include_weather or old.feeds <> new.feeds
    or old.news_categories <> new.news_categories or old.teams <> new.teams or old.tickers <> new.tickers
    or old.calendar_url is distinct from new.calendar_url or old.temperature_unit is distinct from new.temperature_unit
    or old.include_news <> new.include_news or old.include_sport <> new.include_sport
    or old.include_markets <> new.include_markets or old.include_calendar <> new.include_calendar)
execute function onealarm.stamp_preferences();

-- Who collects a topic now, and until when nobody has to. One row per topic, so that one process of the fleet asks the source.
create table onealarm.topics (
    topic        text primary key check (char_length(topic) between 6 and 300),
    kind         text not null check (kind in ('news', 'weather', 'sport', 'markets')),
    worker_id    uuid,                           -- who collects it; null: nobody
    token        bigint not null default 0,
    claimed_at   timestamptz,
    fresh_until  timestamptz not null default '-infinity',
    failures     smallint not null default 0,    -- in a row; the next attempt is the later the more there are
    reason       text,                           -- why the last attempt failed
    wanted_at    timestamptz not null default onealarm.now(),
    constraint claimed_by_somebody check ((worker_id is null) = (claimed_at is null))
);
create index topics_by_last_wish on onealarm.topics (wanted_at);

-- What was collected, edition by edition. Nothing in it is of a user: a place is a tenth of a degree.
create table daily_content (
    id           bigint generated always as identity primary key,
    topic        text not null,
    kind         text not null check (kind in ('news', 'weather', 'sport', 'markets')),
    edition_at   timestamptz not null,
    valid_until  timestamptz not null,
    items        jsonb not null check (jsonb_typeof(items) = 'array'),
    credits      jsonb not null default '{}' check (jsonb_typeof(credits) = 'object'),   -- by language
    constraint edition_lasts check (valid_until >= edition_at)
);
create unique index editions_of_topic on daily_content (topic, edition_at desc);
create index editions_by_age on daily_content (edition_at);

-- The stories that a user has heard, by hash, so that he does not hear them again the next morning.
create table onealarm.heard (
    user_id   uuid not null references users on delete cascade,
    item      text not null check (item ~ '^[0-9a-f]{16}$'),
    heard_on  date not null,                     -- the local date of the ring
    heard_at  timestamptz not null default onealarm.now(),
    primary key (user_id, item)
);
create index heard_by_day on onealarm.heard (heard_on);

-- Whose content a briefing holds, as the terms of its sources ask for.
alter table audio add column credits jsonb not null default '[]' check (jsonb_typeof(credits) = 'array');

alter table daily_content enable row level security;
do $$
begin
    if exists (select from pg_roles where rolname = 'authenticated') then
        revoke all on daily_content from anon, authenticated;
    end if;
    if exists (select from pg_roles where rolname = 'service_role') then
        grant all on daily_content, onealarm.topics, onealarm.heard to service_role;
        grant usage on sequence daily_content_id_seq to service_role;
    end if;
end
$$;
