-- name: insert_alarm
-- The triggers settle its zone, compute the next ring and put its job into the queue.
insert into alarms (user_id, label, alarm_time_local, alarm_date, days, timezone, zone_mode, active, skip_dates, pause_from, pause_until,
                    skip_holidays, snooze_minutes, snooze_limit)
select u.id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14 from users u where u.id = $1
returning *;

-- name: update_alarm
-- Only what is named in $3 changes. Turned on again without a new date, a one-off whose date has passed rings the next time. Turned off, its
-- snooze ends, also that of a one-off which has turned itself off. The preferences are held first, as in every edit.
with held as materialized (
    select p.user_id from user_preferences p
    where p.user_id = (select user_id from alarms where id = $1) for share
), ended as (
    delete from snoozes s using alarms l
    where l.id = $1 and ($2::uuid is null or l.user_id = $2) and s.alarm_id = l.id and s.ring_at > onealarm.now()
      and 'active' = any ($3::text[]) and not $10
)
update alarms
set label = case when 'label' = any ($3::text[]) then $4 else label end,
    alarm_time_local = case when 'time' = any ($3) then $5 else alarm_time_local end,
    alarm_date = case
        when 'date' = any ($3) then $6
        when ('time' = any ($3) or ('active' = any ($3) and $10))
             and onealarm.instant_of(alarm_date + alarm_time_local, timezone) <= onealarm.now() then null
        else alarm_date end,
    days = case when 'days' = any ($3) then $7 else days end,
    timezone = case when 'timezone' = any ($3) then $8 else timezone end,
    zone_mode = case when 'zone_mode' = any ($3) then $9 else zone_mode end,
    active = case when 'active' = any ($3) then $10 else active end,
    skip_dates = case when 'skip_dates' = any ($3) then $11 else skip_dates end,
    pause_from = case when 'pause_from' = any ($3) then $12 else pause_from end,
    pause_until = case when 'pause_until' = any ($3) then $13 else pause_until end,
    skip_holidays = case when 'skip_holidays' = any ($3) then $14 else skip_holidays end,
    snooze_minutes = case when 'snooze_minutes' = any ($3) then $15 else snooze_minutes end,
    snooze_limit = case when 'snooze_limit' = any ($3) then $16 else snooze_limit end
where id = $1 and ($2::uuid is null or user_id = $2) and (select count(*) from held) >= 0
returning *;

-- name: skip_next
-- The next occurrence is left out: a weekly alarm goes on to the one after it, a one-off turns itself off. One that has just rung, and has
-- not been rolled on yet, has its next occurrence still to be found.
update alarms a
set skip_dates = case
        when days is null then skip_dates
        when next_trigger_at > onealarm.now() then skip_dates || next_ring_date
        else skip_dates || (onealarm.next_ring_of(a, onealarm.now())).local_date end,
    active = days is not null
where id = $1 and ($2::uuid is null or user_id = $2) and active
returning *;

-- name: list_occurrences
-- The coming rings of an alarm that is on, at most $3.
select o.ring_at, o.local_date, a.timezone
from alarms a cross join lateral onealarm.coming_occurrences(a, onealarm.now(), $3) as o
where a.id = $1 and ($2::uuid is null or a.user_id = $2) and a.active;

-- name: insert_snooze
-- The trigger refuses one that cannot be; its job is put in with it. Without minutes they are the alarm's own.
insert into snoozes (alarm_id, minutes) values ($1, $2) returning *;

-- name: delete_snooze
-- The coming ring of a snooze is ended. The alarm is locked first, so that an edit that has the same briefing made again is over.
with held as materialized (
    select id from alarms where id = $1 for update
)
delete from snoozes s using held where s.alarm_id = held.id and s.ring_at > onealarm.now() returning s.id;

-- name: find_snooze
-- The snooze that is still to ring.
select * from snoozes where alarm_id = $1 and ring_at > onealarm.now() order by ring_at limit 1;

-- name: delete_alarm
-- The triggers cancel its job and delete its audio.
delete from alarms where id = $1 and ($2::uuid is null or user_id = $2) returning id;

-- name: find_alarm
-- One alarm, of a user or anybody's.
select * from alarms where id = $1 and ($2::uuid is null or user_id = $2);

-- name: list_alarms
-- A user's alarms, or everybody's; the next to ring first, those turned off last.
select * from alarms where $1::uuid is null or user_id = $1 order by next_trigger_at nulls last, created_at, id limit $2;

-- name: roll_alarms
-- After the ring a weekly alarm moves to its next occurrence, and a one-off turns itself off. Rings missed during an outage are not made
-- up for: the next one is after now. Those that are over by more than the grace are written down.
with rung as materialized (
    select a.id, a as alarm from alarms a
    where active and next_trigger_at <= onealarm.now()
    order by next_trigger_at
    limit $1
    for update skip locked
), rolled as (
    update alarms a
    set active = o.ring_at is not null, next_trigger_at = o.ring_at, next_ring_date = o.local_date,
        last_ring_at = a.next_trigger_at, last_ring_date = a.next_ring_date,
        missed_ring_at = case when a.next_trigger_at < onealarm.now() - onealarm.grace() then a.next_trigger_at else a.missed_ring_at end
    from rung r left join lateral onealarm.next_ring_of(r.alarm, onealarm.now()) as o on true
    where a.id = r.id
    returning a.id
), missed as materialized (
    select onealarm.write_missed(r.alarm) as rings from rung r
)
select (select count(*) from rolled) as rolled, (select coalesce(sum(rings), 0) from missed) as missed;

-- name: ring_snoozes
-- Snoozes whose ring has come are seen; those that nobody has seen within the grace are written down as missed.
with rung as (
    update snoozes s set rung_at = onealarm.now()
    where s.id = any (array(
        select id from snoozes where rung_at is null and ring_at <= onealarm.now() order by ring_at limit $1 for update skip locked))
    returning s.alarm_id, s.user_id, s.ring_at
), missed as (
    insert into logs (user_id, event_type, meta)
    select user_id, 'ring_missed', jsonb_build_object('alarm_id', alarm_id, 'ring_at', ring_at)
    from rung where ring_at < onealarm.now() - onealarm.grace()
    returning 1
)
select count(*) from missed;
