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
select onealarm.replan_for_holidays(array(
    select id from alarms where active and skip_holidays and next_trigger_at > onealarm.now() order by id for no key update));
