-- name: insert_user
-- A user and the preferences that every user has.
with created as (
    insert into users (email) values ($1) returning id
)
insert into user_preferences (user_id, preferred_name, tts_voice, language, timezone, place_name, latitude, longitude, country,
                              subdivision, include_weather, feeds)
select id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 from created
returning user_id;

-- name: save_preferences
-- Replaces a user's preferences whole.
update user_preferences
set preferred_name = $2, tts_voice = $3, language = $4, timezone = $5, place_name = $6, latitude = $7, longitude = $8,
    country = $9, subdivision = $10, include_weather = $11, feeds = $12, updated_at = onealarm.now()
where user_id = $1
returning user_id;

-- name: find_user
-- A user with his preferences.
select u.id, u.email, u.created_at, p.*
from users u join user_preferences p on p.user_id = u.id
where u.id = $1;

-- name: list_users
-- The users, oldest first.
select u.id, u.email, u.created_at, p.*
from users u join user_preferences p on p.user_id = u.id
order by u.created_at, u.id
limit $1;

-- name: cancel_jobs_of_user
-- Before a user is deleted: jobs are locked before users, as a worker does, so that the two cannot deadlock.
update audio_generation_queue
set state = 'cancelled', reason = 'the user was deleted', finished_at = onealarm.now(), lease_token = null, worker_id = null
where id = any (array(
    select id from audio_generation_queue where user_id = $1 and state in ('waiting', 'leased') order by id for update));

-- name: delete_user
-- With him go his preferences, alarms, jobs, audio, weather, logs and tokens.
delete from users where id = $1 returning id;

-- name: insert_token
-- Without a user it is an operator's.
insert into onealarm.tokens (hash, user_id) values ($1, $2);

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
