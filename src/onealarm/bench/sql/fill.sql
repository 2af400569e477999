-- Jobs without alarms, for the measurements that begin at the queue.

-- name: put_in_waiting
-- Rings from tomorrow on, within a week.
insert into onealarm.live_jobs (alarm_id, user_id, ring_at, scheduled_for)
select gen_random_uuid(), gen_random_uuid(), r.ring_at, r.ring_at - onealarm.lead()
from (select onealarm.now() + interval '1 day' + random() * interval '7 days' as ring_at from generate_series(1, $1::integer)) as r;

-- name: put_in_due
-- Rings within the half hour that begins in twenty minutes.
insert into onealarm.live_jobs (alarm_id, user_id, ring_at, scheduled_for)
select gen_random_uuid(), gen_random_uuid(), r.ring_at, r.ring_at - onealarm.lead()
from (
    select onealarm.now() + interval '20 minutes' + random() * interval '30 minutes' as ring_at
    from generate_series(1, $1::integer)) as r;
