-- A day's population for the bench of the cost, and what became of it.

-- name: create_ledger_of_news
-- Who writes the news of an edition first pays for it.
create table bench_written (key text primary key, usd double precision not null);

-- name: pay_for_news
-- Says the key where nobody has paid yet.
insert into bench_written (key, usd) values ($1, $2) on conflict do nothing returning key;

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

-- name: check_briefings
-- What was published: how much of it is full, and how much lacks a name, the date, the weather or the news.
select count(*) as ready,
       count(*) filter (where a.tier = 'full') as "full",
       count(*) filter (where not (
           coalesce(heard.kinds, '{}') @> array['greeting', 'date', 'weather', 'news']
           and position(p.preferred_name in coalesce(heard.greeting, '')) > 0)) as lacking,
       coalesce(sum(heard.characters), 0)::bigint as characters
from audio a
join user_preferences p on p.user_id = a.user_id
cross join lateral (
    select array_agg(s ->> 'kind') as kinds, min(s ->> 'text') filter (where s ->> 'kind' = 'greeting') as greeting,
           sum(length(s ->> 'text')) + count(*) - 1 as characters
    from jsonb_array_elements(a.sections) as s
) as heard
where a.audio_type = 'combined' and a.status = 'ready';

-- name: sum_ledger
-- What the product has written down of its calls.
select count(*) filter (where state = 'ready') as segments, coalesce(sum(requests), 0)::bigint as calls,
       coalesce(sum(characters), 0)::bigint as characters, coalesce(sum(usd), 0)::double precision as usd,
       count(*) filter (where times_claimed > 1) as claimed_again
from onealarm.segments;

-- name: sum_ledger_of_news
-- And of what was written.
select count(*) as calls, coalesce(sum(usd), 0)::double precision as usd from bench_written;
