-- name: coming_audiences
-- Jobs that come due within $1, at most the first $3, by what their listeners hear alike: the minute, zone, voice, language, place, country
-- and what they want to be told. Of each audience the first job, and how many they are; $2 audiences, the earliest ring first, then the largest.
with coming as materialized (
    select q.id, q.alarm_id, q.user_id, q.ring_at, q.scheduled_for
    from onealarm.live_jobs q
    where q.ring_at > onealarm.now() + onealarm.lead() and q.ring_at <= onealarm.now() + onealarm.lead() + $1::interval
      and q.state = 'waiting'
    order by q.ring_at
    limit $3
)
select min(c.id) as id, (array_agg(c.alarm_id order by c.id))[1] as alarm_id, (array_agg(c.user_id order by c.id))[1] as user_id,
       c.ring_at, min(c.scheduled_for) as due_at, onealarm.now() as looked_at, count(*) as alarms
from coming c
join alarms a on a.id = c.alarm_id
left join user_preferences p on p.user_id = c.user_id
group by c.ring_at, a.timezone, p.tts_voice, p.language, p.place_name, p.latitude, p.longitude, p.country, p.subdivision, p.include_weather, p.feeds,
         p.news_categories, p.teams, p.tickers, p.temperature_unit, p.include_news, p.include_sport, p.include_markets
order by c.ring_at, count(*) desc
limit $2;
