-- name: insert_feed
-- Unless the user has $3 already. The user's row is locked, so that two at once are counted.
with owner as (
    select id from users where id = $1 for update
), made as (
    insert into onealarm.feeds (user_id, hash)
    select id, $2 from owner
    where (select count(*) from onealarm.feeds f where f.user_id = $1) < $3::integer
    returning id, created_at
)
select (select id from made) as id, (select created_at from made) as created_at, exists (select from owner) as "exists";

-- name: list_feeds
-- A user's feeds, oldest first, without what proves them.
select id, created_at, last_read_at from onealarm.feeds where user_id = $1 order by created_at, id;

-- name: delete_feed
-- From now on nobody reads by it.
delete from onealarm.feeds where id = $1 and user_id = $2 returning id;

-- name: find_feed_owner
-- Whose it is. That it was read is noted once an hour.
with noted as (
    update onealarm.feeds set last_read_at = onealarm.now()
    where hash = $1 and (last_read_at is null or last_read_at < onealarm.now() - interval '1 hour')
)
select user_id from onealarm.feeds where hash = $1;
