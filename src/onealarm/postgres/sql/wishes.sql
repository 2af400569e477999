-- name: load_wish
-- What a job's alarm and its user ask for, with the weather unless it is older than 12 hours, and the version of both. The ring must be
-- one that the alarm has, or that of a snooze. A user without preferences (written by SQL) gets the defaults.
select a.label, a.timezone, a.version as alarm_version, coalesce(p.version, 0) as preferences_version, p.preferred_name,
       coalesce(p.tts_voice, 'alloy') as tts_voice, coalesce(p.language, 'en') as language,
       p.place_name, p.latitude, p.longitude, p.country, p.subdivision, coalesce(p.include_weather, true) as include_weather,
       coalesce(p.learn_from_skips, false) as learn_from_skips, coalesce(p.feeds, '{}') as feeds,
       coalesce(p.news_categories, '{}') as news_categories, coalesce(p.teams, '{}') as teams,
       coalesce(p.tickers, '{}') as tickers, p.calendar_url, p.temperature_unit, coalesce(p.include_news, true) as include_news,
       coalesce(p.include_sport, true) as include_sport, coalesce(p.include_markets, true) as include_markets,
       coalesce(p.include_calendar, true) as include_calendar, w.user_id is not null as has_weather, w.location, w.current_temp, w.high_temp,
       w.low_temp, w.unit, w.condition, w.sunrise_time, w.sunset_time, w.updated_at
from alarms a
left join user_preferences p on p.user_id = a.user_id
left join weather_data w on w.user_id = a.user_id and w.updated_at > onealarm.now() - interval '12 hours'
where a.id = $1
  and (a.next_trigger_at = $2 or exists (select from snoozes s where s.alarm_id = a.id and s.ring_at = $2));
