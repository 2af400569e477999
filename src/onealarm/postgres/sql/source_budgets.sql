-- name: take_from_source
-- How long there is no room for a call; null when it was taken.
select found.at - onealarm.now() as wait, found.at is null as taken
from (select onealarm.take_from_source($1, $2, $3, $4) as at) as found;

-- name: close_source
-- Nobody asks it before then. A shorter word does not undo a longer one.
insert into onealarm.source_budgets as b (source, day, closed_until)
values ($1, (onealarm.now() at time zone 'UTC')::date, onealarm.now() + $2)
on conflict (source) do update set closed_until = greatest(b.closed_until, excluded.closed_until);
