-- name: find_user
-- The user himself.
select * from users where id = $1;

-- name: find_preferences
-- What he prefers.
select * from user_preferences where user_id = $1;

-- name: find_weather
-- The newest report of his client.
select * from weather_data where user_id = $1;

-- name: list_alarms
-- His alarms, oldest first.
select * from alarms where user_id = $1 order by created_at, id;

-- name: list_snoozes
-- How he snoozed them, oldest first.
select * from snoozes where user_id = $1 order by created_at, id;

-- name: list_jobs
-- His jobs, oldest first.
select * from audio_generation_queue where user_id = $1 order by id;

-- name: list_audio
-- His briefings, with what was said while it is kept.
select * from audio where user_id = $1 order by ring_at, generated_at, id;

-- name: list_logs
-- The notes of his clients.
select * from logs where user_id = $1 order by id;

-- name: list_tokens
-- When his tokens were made. A hash is the proof of a token, not something about him.
select created_at from onealarm.tokens where user_id = $1 order by created_at;

-- name: list_feeds
-- When his private feeds were made and read, without what proves them.
select id, created_at, last_read_at from onealarm.feeds where user_id = $1 order by created_at, id;

-- name: list_reactions
-- How he took the sections of his briefings, oldest ring first.
select ring_at, kind, share, praise from onealarm.reactions where user_id = $1 order by ring_at, kind;

-- name: list_segments
-- The personal segments that are kept for him; their words stand in his briefings only.
select s.key, s.state, s.engine, s.voice, s.size_bytes, s.last_used_at
from onealarm.segment_users u join onealarm.segments s on s.key = u.key
where u.user_id = $1
order by s.key;

-- name: list_heard
-- The stories that he has heard in the last days, by hash.
select item, heard_on, heard_at from onealarm.heard where user_id = $1 order by heard_at, item;
