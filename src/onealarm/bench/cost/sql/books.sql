-- What became of a day's alarms, and what the product has written down of its calls.

-- name: pay_for_news
-- Says the key where nobody has paid yet.
insert into bench_written (key, usd) values ($1, $2) on conflict do nothing returning key;

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
