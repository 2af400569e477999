-- Reactions: how listeners took the sections of their briefings, for those whose briefings are to learn from it.

alter table user_preferences add column learn_from_skips boolean not null default false;

-- Only what can be heard counts.
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
    or old.include_markets <> new.include_markets or old.include_calendar <> new.include_calendar
    or old.learn_from_skips <> new.learn_from_skips)
execute function onealarm.stamp_preferences();

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
