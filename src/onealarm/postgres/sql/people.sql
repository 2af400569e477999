-- name: insert_user
-- A user and the preferences that every user has.
with created as (
    insert into users (email) values ($1) returning id
)
insert into user_preferences (user_id, preferred_name, tts_voice, language, timezone, place_name, latitude, longitude, country,
                              subdivision, include_weather, feeds, news_categories, teams, tickers, calendar_url, temperature_unit,
                              include_news, include_sport, include_markets, include_calendar, learn_from_skips)
select id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22 from created
returning user_id;

-- name: save_preferences
-- Only what is named in $2 changes. A user without preferences (written by SQL, or deleted) gets them, with defaults for the rest.
insert into user_preferences as p (user_id, preferred_name, tts_voice, language, timezone, place_name, latitude, longitude,
                                   country, subdivision, include_weather, feeds, news_categories, teams, tickers, calendar_url,
                                   temperature_unit, include_news, include_sport, include_markets, include_calendar, learn_from_skips)
select u.id, $3, $4, $5,
       coalesce($6, (select a.timezone from alarms a where a.user_id = u.id order by a.created_at desc, a.id limit 1), 'UTC'),
       $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23
from users u where u.id = $1
on conflict (user_id) do update
set preferred_name = case when 'name' = any ($2::text[]) then excluded.preferred_name else p.preferred_name end,
    tts_voice = case when 'voice' = any ($2) then excluded.tts_voice else p.tts_voice end,
    language = case when 'language' = any ($2) then excluded.language else p.language end,
    timezone = case when 'timezone' = any ($2) then excluded.timezone else p.timezone end,
    place_name = case when 'place_name' = any ($2) then excluded.place_name else p.place_name end,
    latitude = case when 'latitude' = any ($2) then excluded.latitude else p.latitude end,
    longitude = case when 'longitude' = any ($2) then excluded.longitude else p.longitude end,
    country = case when 'country' = any ($2) then excluded.country else p.country end,
    subdivision = case when 'subdivision' = any ($2) then excluded.subdivision else p.subdivision end,
    include_weather = case when 'include_weather' = any ($2) then excluded.include_weather else p.include_weather end,
    feeds = case when 'feeds' = any ($2) then excluded.feeds else p.feeds end,
    news_categories = case when 'news_categories' = any ($2) then excluded.news_categories else p.news_categories end,
    teams = case when 'teams' = any ($2) then excluded.teams else p.teams end,
    tickers = case when 'tickers' = any ($2) then excluded.tickers else p.tickers end,
    calendar_url = case when 'calendar_url' = any ($2) then excluded.calendar_url else p.calendar_url end,
    temperature_unit = case when 'temperature_unit' = any ($2) then excluded.temperature_unit else p.temperature_unit end,
    include_news = case when 'include_news' = any ($2) then excluded.include_news else p.include_news end,
    include_sport = case when 'include_sport' = any ($2) then excluded.include_sport else p.include_sport end,
    include_markets = case when 'include_markets' = any ($2) then excluded.include_markets else p.include_markets end,
    include_calendar = case when 'include_calendar' = any ($2) then excluded.include_calendar else p.include_calendar end,
    learn_from_skips = case when 'learn_from_skips' = any ($2) then excluded.learn_from_skips else p.learn_from_skips end,
    updated_at = onealarm.now()
returning user_id;

-- name: find_user
-- A user with his preferences; where he has none, the zone of his newest alarm is the likely one.
select u.id, u.email, u.created_at, p.*,
       coalesce((select a.timezone from alarms a where a.user_id = u.id order by a.created_at desc, a.id limit 1), 'UTC')
           as likely_timezone
from users u left join user_preferences p on p.user_id = u.id
where u.id = $1;

-- name: list_users
-- The users as find_user tells them, oldest first.
select u.id, u.email, u.created_at, p.*,
       coalesce((select a.timezone from alarms a where a.user_id = u.id order by a.created_at desc, a.id limit 1), 'UTC')
           as likely_timezone
from users u left join user_preferences p on p.user_id = u.id
order by u.created_at, u.id
limit $1;

-- name: lock_preferences_of_user
-- Before a user is deleted: what he has is locked in the order in which a publication and an edit lock it, so that no two can deadlock.
select from user_preferences where user_id = $1 for update;

-- name: delete_alarms_of_user
-- His alarms go first, whose triggers cancel the jobs and delete the audio. So locks are taken in the order of all others, and a worker
-- that publishes cannot deadlock with this.
delete from alarms where id = any (array(select id from alarms where user_id = $1 order by id for update));

-- name: lock_user
-- From here on nothing more becomes his.
select id from users where id = $1 for update;

-- name: list_segments_of_user
-- The personal segments that are kept for him.
select key from onealarm.segment_users where user_id = $1 order by key;

-- name: delete_user
-- With him go his preferences, alarms, jobs, audio, weather, logs, tokens, and his hold on personal segments.
delete from users where id = $1;

-- name: insert_token
-- Without a user it is an operator's.
insert into onealarm.tokens (hash, user_id) values ($1, $2);

-- name: delete_token
-- From now on it is nobody's.
delete from onealarm.tokens where hash = $1 returning hash;

-- name: delete_tokens
-- All of a user's, or without a user all of the operators'; says how many, and whether there is that user.
with revoked as (
    delete from onealarm.tokens where user_id = $1 or ($1::uuid is null and user_id is null) returning hash
)
select (select count(*) from revoked) as revoked, exists (select from users where id = $1) as "exists";

-- name: find_token
-- Who is calling.
select user_id from onealarm.tokens where hash = $1;

-- name: save_weather
-- The newest report replaces the one before; an older one that arrives late does not.
insert into weather_data as w (user_id, location, current_temp, high_temp, low_temp, unit, condition, sunrise_time, sunset_time,
                               updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (user_id) do update
set location = excluded.location, current_temp = excluded.current_temp, high_temp = excluded.high_temp,
    low_temp = excluded.low_temp, unit = excluded.unit, condition = excluded.condition, sunrise_time = excluded.sunrise_time,
    sunset_time = excluded.sunset_time, updated_at = excluded.updated_at
where w.updated_at <= excluded.updated_at
returning user_id;

-- name: find_weather
-- The newest report of a user's client, however old.
select * from weather_data where user_id = $1;
