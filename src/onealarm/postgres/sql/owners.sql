-- name: hold_segments
-- Before a briefing is published: its user owns the personal segments in it from now on, and says how many of its segments are there. Those
-- that become his are locked, because a personal one without an owner may be dropped at any moment; his own and the shared ones were used a
-- moment ago. Nothing happens, and no row comes back, when the lease is lost.
with held_job as (
    select user_id from onealarm.live_jobs where id = $1 and lease_token = $2 and state = 'leased'
), his as (
    select u.key from onealarm.segment_users u join held_job on held_job.user_id = u.user_id where u.key = any ($3)
), becoming_his as (
    select s.key from onealarm.segments s
    where s.key = any ($3) and s.text is null and s.state = 'ready'
      and exists (select from held_job) and s.key not in (select key from his)
    order by s.key
    for share of s
), owned as (
    insert into onealarm.segment_users (key, user_id)
    select b.key, held_job.user_id from becoming_his b cross join held_job
    order by b.key
    on conflict do nothing
)
select (select count(*) from becoming_his)
     + (select count(*) from onealarm.segments s
        where s.key = any ($3) and s.state = 'ready' and (s.text is not null or s.key in (select key from his))) as there
from held_job;

-- name: hold_for_user
-- The personal ones among these segments are kept for a user; what is being dropped is not, and is spoken anew when it is wanted.
with there as (
    select s.key from onealarm.segments s
    where s.key = any ($2) and s.text is null and s.state = 'ready'
    order by s.key
    for share of s
)
insert into onealarm.segment_users (key, user_id)
select key, $1 from there where exists (select from users u where u.id = $1)
on conflict do nothing;
