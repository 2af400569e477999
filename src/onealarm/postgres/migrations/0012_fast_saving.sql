-- Fast saving: the same laws, with fewer questions asked of the database for each alarm and each user.

-- As before (0007_law_of_time.sql), but the offset of today is asked for once, with the wall time until which it holds. Most rings come
-- before that.
create or replace function onealarm.next_ring(
    zone_name text, wall_time time, ring_date date, ring_days smallint[], skipped date[], paused_from date, paused_until date,
    holiday_region text, after timestamptz, rung_on date
) returns onealarm.occurrence
language plpgsql stable parallel safe
as $$
declare
    of_today    interval;
    from_local  timestamp;
    to_local    timestamp;
    on_day      date;
    last_day    date;
    wall        timestamp;
    ring        timestamptz;
begin
    select t.utc_offset, t.local_from,
           (select n.local_from from onealarm.zone_transitions n
            where n.zone = zone_name and n.starts_at > after order by n.starts_at limit 1)
    into of_today, from_local, to_local
    from onealarm.zone_transitions t
    where t.zone = zone_name and t.starts_at <= after
    order by t.starts_at desc
    limit 1;
    if ring_days is null then
        wall := ring_date + wall_time;
        ring := case when wall >= from_local and wall < coalesce(to_local, 'infinity') then (wall - of_today) at time zone 'UTC'
                     else onealarm.instant_of(wall, zone_name) end;
        return case when ring > after and ring_date > coalesce(rung_on, '-infinity') then row(ring, ring_date)::onealarm.occurrence end;
    end if;
    on_day := greatest((after at time zone 'UTC' + of_today)::date - 1, rung_on + 1);
    last_day := greatest(on_day, paused_until) + 1100;
    while on_day <= last_day loop
        if on_day between paused_from and paused_until then
            on_day := paused_until;
        elsif extract(isodow from on_day)::smallint = any (ring_days)
              and not on_day = any (skipped)
              and (holiday_region is null or not exists (
                  select from onealarm.public_holidays h where h.region = holiday_region and h.day = on_day)) then
            wall := on_day + wall_time;
            ring := case when wall >= from_local and wall < coalesce(to_local, 'infinity') then (wall - of_today) at time zone 'UTC'
                         else onealarm.instant_of(wall, zone_name) end;
            if ring > after then
                return row(ring, on_day)::onealarm.occurrence;
            end if;
        end if;
        on_day := on_day + 1;
    end loop;
    return null;
end
$$;

-- Before an alarm is saved: whose zone it is in. In its user's own zone it follows him, in another one it stays, unless it is said
-- otherwise; and an alarm that follows is moved to another zone only by its user's moving, or by ceasing to follow.
create or replace function onealarm.settle_zone() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
declare
    own_zone text;
begin
    perform refuse_stranger(new.user_id);
    -- Shared, so that a move that is on its way is waited for, and one that comes later finds this alarm.
    select p.timezone into own_zone from user_preferences p where p.user_id = new.user_id for share;
    if tg_op = 'UPDATE' and new.zone_mode = 'device' and new.timezone = old.timezone then
        new.timezone := coalesce(own_zone, new.timezone);
    elsif tg_op = 'UPDATE' and new.zone_mode = 'device' and old.zone_mode = 'device' and new.timezone is distinct from own_zone then
        new.zone_mode := 'fixed';
    end if;
    new.timezone := coalesce(new.timezone, own_zone, 'UTC');
    new.zone_mode := coalesce(new.zone_mode, case when new.timezone = own_zone then 'device' else 'fixed' end);
    if new.zone_mode = 'device' and new.timezone <> own_zone then
        raise exception 'timezone: % is not its user''s zone, which an alarm with zone mode device follows', new.timezone
            using errcode = 'check_violation', column = 'timezone',
                  hint = format('Leave it out (it is %s), or give zone mode fixed.', own_zone);
    end if;
    if new.timezone is distinct from own_zone and not exists (select from onealarm.zones where name = new.timezone) then
        raise exception 'timezone: "%" is not a known zone', new.timezone
            using errcode = 'check_violation', column = 'timezone',
                  hint = 'Give an IANA name such as Europe/Berlin or America/New_York.';
    end if;
    return new;
end
$$;

-- Before an alarm is saved: its days in order, its date if it has neither, and its next ring. A new time, date or set of days, and
-- being turned on, are a new wish, which may ring on a date that has rung before; a new zone is not.
create or replace function onealarm.plan_ring() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
declare
    same_wish boolean := tg_op = 'UPDATE' and old.active and old.alarm_time_local = new.alarm_time_local
        and old.alarm_date is not distinct from new.alarm_date and old.days is not distinct from new.days;
    coming    onealarm.occurrence;
begin
    if new.alarm_time_local is null then
        return new;                              -- the column refuses it
    end if;
    if cardinality(new.days) = 0 or not new.days <@ array[1, 2, 3, 4, 5, 6, 7]::smallint[] then
        raise exception 'days: % are not days of the week', new.days
            using errcode = 'check_violation', constraint = 'alarms_days_check',
                  hint = 'Give at least one of 1 (Monday) to 7 (Sunday).';
    end if;
    if old.alarm_date = new.alarm_date and new.days is distinct from old.days then        -- days take the place of a date,
        new.alarm_date := null;
    elsif old.days = new.days and new.alarm_date is distinct from old.alarm_date then    -- and a date that of days
        new.days := null;
    end if;
    if cardinality(new.days) > 1 then
        new.days := array(select distinct day from unnest(new.days) as day order by day);
    end if;
    if cardinality(new.skip_dates) > 0 then      -- those that are over are forgotten
        new.skip_dates := array(
            select distinct day from unnest(new.skip_dates) as day
            where day >= wall_time_of(onealarm.now(), new.timezone)::date - 1 order by day);
    end if;
    if new.days is null and tg_op = 'UPDATE' and old.days is not null then   -- what a weekly alarm leaves out goes with its days
        new.skip_dates := '{}';
        new.pause_from := null;
        new.pause_until := null;
        new.skip_holidays := false;
    end if;
    if new.days is null and new.alarm_date is null then
        new.alarm_date := next_date(new.alarm_time_local, new.timezone, onealarm.now());
    end if;
    if old.next_trigger_at <= onealarm.now() then   -- it has just rung, and has not been rolled on yet
        new.last_ring_at := old.next_trigger_at;
        new.last_ring_date := old.next_ring_date;
        new.missed_ring_at := case when write_missed(old) > 0 then old.next_trigger_at else old.missed_ring_at end;
        new.active := new.active and not (same_wish and new.days is null);
    end if;
    if not same_wish then
        new.last_ring_date := null;
    end if;
    new.next_trigger_at := null;                 -- the old plan counts no more
    if new.active then
        coming := next_ring(
            new.timezone, new.alarm_time_local, new.alarm_date, new.days, new.skip_dates, new.pause_from, new.pause_until,
            case when new.skip_holidays then holiday_region_of(new.user_id) end, onealarm.now(), new.last_ring_date);
        if coming.ring_at is null and same_wish and new.days is null then   -- its user moved east past the time: the next day
            new.alarm_date := next_date(new.alarm_time_local, new.timezone, onealarm.now());
            coming := next_ring_of(new, onealarm.now());
        end if;
        if coming.ring_at is null and new.days is null then
            raise exception 'alarm_date: % % has passed in %', new.alarm_date, new.alarm_time_local, new.timezone
                using errcode = 'check_violation', column = 'alarm_date',
                      hint = 'Give a later date, or none for the next time the clock shows this time.';
        elsif coming.ring_at is null then
            raise exception 'days: no ring is left within three years'
                using errcode = 'check_violation', column = 'days',
                      hint = 'Leave out fewer dates, or turn the alarm off.';
        end if;
    end if;
    new.next_trigger_at := coming.ring_at;
    new.next_ring_date := coming.local_date;
    return new;
end
$$;

-- A user's move takes his alarms along, each once: those that follow him keep their wall time; and another country has other holidays.
create or replace function onealarm.follow_user() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
declare
    owner uuid := case when tg_op = 'DELETE' then old.user_id else new.user_id end;
begin
    perform from alarms where user_id = owner order by id for no key update;
    if not found then
        return null;                             -- a new user has none
    end if;
    if tg_op <> 'DELETE' then
        update alarms
        set timezone = new.timezone
        where user_id = owner and zone_mode = 'device' and timezone <> new.timezone;
    end if;
    perform replan_for_holidays(array(
        select id from alarms where user_id = owner and skip_holidays and next_trigger_at > onealarm.now()));
    return null;
end
$$;

-- What a user hears has changed: what was made for rings to come is made again.
create or replace function onealarm.hear_preferences() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
declare
    owner uuid := case when tg_op = 'DELETE' then old.user_id else new.user_id end;
begin
    if tg_op = 'DELETE' and not exists (select from users u where u.id = owner) then
        return null;                             -- the user himself goes
    end if;
    perform from alarms a where a.user_id = owner order by a.id for no key update;   -- so that their rings stay as they are read
    if not found then
        return null;                             -- a new user has none, and snoozes are of alarms
    end if;
    perform remake_occurrences(array_agg(c.alarm_id), array_agg(c.ring_at), 'the preferences were changed')
    from coming_rings(owner) as c
    having count(*) > 0;
    return null;
end
$$;

revoke all on all functions in schema onealarm from public;

-- The zone of an alarm is looked up by settle_zone, or is its user's own; and zones are never taken away.
alter table alarms drop constraint alarms_timezone_fkey;

-- These keep the plans of their statements for as long as a session lives. One that was made when the tables were nearly empty would go on
-- reading them whole while they grow, so they are always to take an index.
alter function onealarm.settle_zone() set enable_seqscan = off;
alter function onealarm.follow_user() set enable_seqscan = off;
alter function onealarm.hear_preferences() set enable_seqscan = off;
alter function onealarm.follow_alarms() set enable_seqscan = off;
alter function onealarm.forget_alarms() set enable_seqscan = off;
alter function onealarm.follow_snooze() set enable_seqscan = off;
alter function onealarm.end_occurrences(uuid[], timestamptz[], text) set enable_seqscan = off;
alter function onealarm.remake_occurrences(uuid[], timestamptz[], text) set enable_seqscan = off;
