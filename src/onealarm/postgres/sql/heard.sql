-- name: find_heard
-- The stories that a user heard at rings of earlier days, with when. What was told for the same ring's day is told again.
select item, heard_at from onealarm.heard where user_id = $1 and heard_on < $2 and heard_on >= $2 - 7;

-- name: remember_heard
-- They were told for a ring of this day. A user who has gone meanwhile has heard nothing.
insert into onealarm.heard as h (user_id, item, heard_on)
select u.id, i.item, $3
from (select id from users where id = $1 for key share) as u cross join unnest($2::text[]) as i (item)
order by i.item
on conflict (user_id, item) do update set heard_on = excluded.heard_on, heard_at = onealarm.now()
where h.heard_on < excluded.heard_on;

-- name: forget_heard
-- After a week a story may be told again; two days more, since the day is that of the ring's own zone.
delete from onealarm.heard where heard_on < (onealarm.now() at time zone 'UTC')::date - 9 returning item;
