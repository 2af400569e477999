-- The product's own tables, as the bench fills and counts them.

-- name: save_users
-- With their preferences, in one statement each.
with saved as (
    insert into users (id) select unnest($1::uuid[]) returning id
)
insert into user_preferences (user_id, timezone) select id, 'UTC' from saved;

-- name: save_alarms
-- Alarms in bulk: their triggers compute the rings and put in the jobs.
insert into alarms (user_id, alarm_time_local, alarm_date)
select * from unnest($1::uuid[], $2::time[], $3::date[]);

-- name: count_jobs
-- Where the jobs are.
select count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'leased') as leased,
       count(*) filter (where state = 'done') as done
from audio_generation_queue;
