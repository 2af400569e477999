-- A day's population, and how far its work is.

-- name: create_ledger_of_news
-- Who writes the news of an edition first pays for it.
create table bench_written (key text primary key, usd double precision not null);

-- name: save_listeners
-- Users with their preferences. Lists come as text, since an array of arrays has one length only.
with saved as (
    insert into users (id) select unnest($1::uuid[]) returning id
)
insert into user_preferences (user_id, timezone, preferred_name, tts_voice, place_name, latitude, longitude, country, teams, tickers,
                              news_categories)
select g.id, g.timezone, g.name, g.voice, g.place, g.latitude, g.longitude, g.country,
       string_to_array(g.teams, ','), string_to_array(g.tickers, ','), string_to_array(g.categories, ',')
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::double precision[], $7::double precision[], $8::text[],
            $9::text[], $10::text[], $11::text[])
    as g (id, timezone, name, voice, place, latitude, longitude, country, teams, tickers, categories)
join saved on saved.id = g.id;

-- name: save_rings
-- One alarm each: the triggers compute the ring and put in the job.
insert into alarms (user_id, alarm_time_local, alarm_date)
select * from unnest($1::uuid[], $2::time[], $3::date[]);

-- name: count_open
-- Jobs that are not at their end.
select count(*) from onealarm.live_jobs;

-- name: end_edition
-- Hours pass: whatever was collected has to be collected anew.
update onealarm.topics set fresh_until = '-infinity';
