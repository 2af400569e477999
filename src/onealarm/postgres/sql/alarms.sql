-- name: insert_alarm
-- The triggers compute the next ring and put its job into the queue. Without a zone, the user's own, or UTC.
insert into alarms (user_id, label, alarm_time_local, alarm_date, days, timezone, active)
select u.id, $2, $3, $4, $5, coalesce($6, p.timezone, 'UTC'), $7
from users u left join user_preferences p on p.user_id = u.id
where u.id = $1
returning *;

-- name: update_alarm
-- Only what is named in $3 changes. Turned on again without a new date, a one-off whose date has passed rings the next time.
update alarms
set label = case when 'label' = any ($3::text[]) then $4 else label end,
    alarm_time_local = case when 'time' = any ($3) then $5 else alarm_time_local end,
    alarm_date = case
        when 'date' = any ($3) then $6
        when 'days' = any ($3) and $7::smallint[] is not null then null
        when ('time' = any ($3) or ('active' = any ($3) and $9))
             and onealarm.instant_of(alarm_date + alarm_time_local, timezone) <= onealarm.now() then null
        else alarm_date end,
    days = case
        when 'days' = any ($3) then $7
        when 'date' = any ($3) and $6::date is not null then null
        else days end,
    timezone = case when 'timezone' = any ($3) then $8 else timezone end,
    active = case when 'active' = any ($3) then $9 else active end
where id = $1 and ($2::uuid is null or user_id = $2)
returning *;

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
-- up for: the next one is after now.
with rung as materialized (
    select id from alarms
    where active and next_trigger_at <= onealarm.now()
    order by next_trigger_at
    limit $1
    for update skip locked
)
update alarms a
set active = a.days is not null,
    next_trigger_at = case when a.days is not null then
        onealarm.next_ring(a.timezone, a.alarm_time_local, null, a.days, onealarm.now()) end
where a.id = any (array(select id from rung))
returning a.id;
