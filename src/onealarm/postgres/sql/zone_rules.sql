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
-- Under new rules the ring of a coming occurrence may move; the triggers of alarms move its job along. The occurrence stays the same, so
-- none is lost or comes twice: one whose ring would have passed already keeps the instant that was planned.
update alarms a
set next_trigger_at = onealarm.instant_of(a.next_ring_date + a.alarm_time_local, a.timezone)
where a.id = any (array(select id from alarms where active and next_trigger_at > onealarm.now() order by id for no key update))
  and a.active and a.next_trigger_at > onealarm.now()
  and onealarm.instant_of(a.next_ring_date + a.alarm_time_local, a.timezone) > onealarm.now()
  and onealarm.instant_of(a.next_ring_date + a.alarm_time_local, a.timezone) <> a.next_trigger_at;
