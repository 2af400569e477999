-- name: find_holiday_data
-- Which holidays are loaded.
select version, until_year from onealarm.holiday_data;

-- name: delete_holidays
-- Out with the old dates.
delete from onealarm.public_holidays;

-- name: delete_regions
-- And the names of their regions.
delete from onealarm.holiday_regions;

-- name: save_holiday_data
-- Which holidays these are.
insert into onealarm.holiday_data (version, until_year) values ($1, $2)
on conflict (singleton) do update
set version = excluded.version, until_year = excluded.until_year, loaded_at = pg_catalog.now();

-- name: replan_for_holidays
-- A coming ring that falls on a holiday now, or need not skip one any more, moves; the triggers move its job along.
update alarms a
set next_trigger_at = n.ring_at, next_ring_date = n.local_date, active = n.ring_at is not null
from (
    select b.id, (onealarm.next_ring_of(b, onealarm.now())).*
    from alarms b where b.active and b.skip_holidays and b.next_trigger_at > onealarm.now()) as n
where a.id = n.id and a.next_trigger_at is distinct from n.ring_at;
