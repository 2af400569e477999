-- name: read_clock
-- The instant by which what follows is judged.
select onealarm.now();

-- name: list_known_users
-- The users of some ids or addresses who are there.
select u.id, u.email, coalesce(p.timezone, 'UTC') as timezone
from users u left join user_preferences p on p.user_id = u.id
where u.id = any ($1::uuid[])
union
select u.id, u.email, coalesce(p.timezone, 'UTC')
from users u left join user_preferences p on p.user_id = u.id
where u.email = any ($2::text[]);

-- name: list_known_alarms
-- Of some alarms those that are there, each with its user.
select id, user_id from alarms where id = any ($1::uuid[]);

-- name: insert_users
-- Users with their preferences, in the order of their ids, as another import may bring in the same at this moment. Addresses of feeds hold
-- no blanks.
with given as materialized (
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::double precision[],
                         $9::double precision[], $10::text[], $11::text[], $12::boolean[], $13::text[])
        as g (id, email, preferred_name, tts_voice, language, timezone, place_name, latitude, longitude, country, subdivision,
              include_weather, feeds)
), created as (
    insert into users (id, email) select id, email from given order by id
    on conflict (id) do nothing
    returning id
)
insert into user_preferences (user_id, preferred_name, tts_voice, language, timezone, place_name, latitude, longitude, country,
                              subdivision, include_weather, feeds)
select id, preferred_name, tts_voice, language, timezone, place_name, latitude, longitude, country, subdivision, include_weather,
       string_to_array(feeds, ' ')
from given join created using (id)
order by id
returning user_id;

-- name: insert_alarms
-- Alarms of many users, who are locked one after another by the triggers. Lists of different lengths come as text: an array of arrays has
-- none.
with saved as (
    insert into alarms (id, user_id, label, alarm_time_local, alarm_date, days, timezone, zone_mode, active, skip_dates, pause_from,
                        pause_until, skip_holidays, snooze_minutes, snooze_limit)
    select id, user_id, label, alarm_time_local, alarm_date, days::smallint[], timezone, zone_mode, active, skip_dates::date[], pause_from,
           pause_until, skip_holidays, snooze_minutes, snooze_limit
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::time[], $5::date[], $6::text[], $7::text[], $8::text[], $9::boolean[],
                $10::text[], $11::date[], $12::date[], $13::boolean[], $14::smallint[], $15::smallint[])
        as g (id, user_id, label, alarm_time_local, alarm_date, days, timezone, zone_mode, active, skip_dates, pause_from, pause_until,
              skip_holidays, snooze_minutes, snooze_limit)
    order by user_id, id
    on conflict (id) do nothing
    returning 1
)
select count(*) from saved;
