-- name: find_zone_version
-- The version of tzdata that the rules in the database were made from.
select version from onealarm.zone_data;

-- name: delete_transitions
-- Out with the old rules; the names stay, because alarms refer to them.
delete from onealarm.zone_transitions;

-- name: insert_zones
-- The names that are new.
insert into onealarm.zones (name) select unnest($1::text[]) on conflict do nothing;

-- name: save_zone_version
-- Which rules these are.
insert into onealarm.zone_data (version) values ($1)
on conflict (singleton) do update set version = excluded.version, loaded_at = pg_catalog.now();

-- name: replan_alarms
-- Under new rules a coming ring may move; the triggers of alarms move its job along. A ring that has passed is not touched.
update alarms
set next_trigger_at = onealarm.next_ring(timezone, alarm_time_local, alarm_date, days, onealarm.now())
where active and next_trigger_at > onealarm.now()
  and next_trigger_at is distinct from onealarm.next_ring(timezone, alarm_time_local, alarm_date, days, onealarm.now())
  and onealarm.next_ring(timezone, alarm_time_local, alarm_date, days, onealarm.now()) is not null;
