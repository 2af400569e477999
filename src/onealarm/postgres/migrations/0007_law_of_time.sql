-- The law of time: what an occurrence is, which dates are left out, whose zone an alarm follows, and what a snooze is.

-- Public holidays from the pinned package holidays, two years ahead. A region is a country (DE) or a part of one (DE-BY).
create table onealarm.holiday_data (
    singleton   boolean primary key default true check (singleton),
    version     text not null,                   -- of the package
    until_year  smallint not null,               -- the last year that is loaded
    loaded_at   timestamptz not null default pg_catalog.now()
);
create table onealarm.holiday_regions (
    name    text primary key,                    -- in capitals; one region may have several names
    region  text not null
);
create table onealarm.public_holidays (
    region  text not null,
    day     date not null,
    primary key (region, day)
);

-- The region whose holidays are a user's; null when he has named no country, or one without known holidays.
create function onealarm.holiday_region_of(owner uuid) returns text
language sql stable
as $$
    select coalesce(
        (select r.region from onealarm.holiday_regions r
         where r.name = upper(p.country || '-' || regexp_replace(p.subdivision, '^' || p.country || '-', '', 'i'))),
        (select r.region from onealarm.holiday_regions r where r.name = p.country))
    from user_preferences p
    where p.user_id = owner and p.country is not null
$$;

alter table alarms
    add column zone_mode       text check (zone_mode in ('device', 'fixed')),   -- follows its user's zone, or stays in its own
    add column skip_dates      date[] not null default '{}' check (
        cardinality(skip_dates) <= 100 and array_position(skip_dates, null) is null),
    add column pause_from      date check (pause_from >= '2000-01-01'),
    add column pause_until     date check (pause_until < '2040-01-01'),         -- the last day without a ring
    add column skip_holidays   boolean not null default false,
    add column snooze_minutes  smallint not null default 9 check (snooze_minutes between 1 and 60),
    add column snooze_limit    smallint not null default 3 check (snooze_limit between 0 and 20),
    add column next_ring_date  date,             -- the date of the next ring's occurrence, in the alarm's zone
    add column last_ring_at    timestamptz,      -- when it last rang
    add column last_ring_date  date,             -- and the date of that occurrence, which does not come a second time
    add column missed_ring_at  timestamptz,      -- the last ring at which OneAlarm was not there
    add constraint pause_is_whole check ((pause_from is null) = (pause_until is null) and pause_from <= pause_until),
    add constraint only_weekly_alarms_leave_out check (
        days is not null or (skip_dates = '{}' and pause_from is null and not skip_holidays));

drop trigger plan_alarm on alarms;
drop function onealarm.plan_alarm();

update alarms a
set zone_mode = case when a.timezone = p.timezone then 'device' else 'fixed' end,
    next_ring_date = case when a.next_trigger_at is null then null when a.alarm_date is not null then a.alarm_date
        -- A time that is skipped before midnight rings after it, and is of the day before.
        else onealarm.wall_time_of(a.next_trigger_at, a.timezone)::date - (onealarm.instant_of(
            onealarm.wall_time_of(a.next_trigger_at, a.timezone)::date - 1 + a.alarm_time_local, a.timezone) = a.next_trigger_at)::int end
from users u left join user_preferences p on p.user_id = u.id
where u.id = a.user_id;

alter table alarms
    alter column zone_mode set not null,
    add constraint a_ring_has_its_date check ((next_trigger_at is null) = (next_ring_date is null));

-- One alarm on one date: the date is the one that was wished for, in the alarm's zone.
create type onealarm.occurrence as (ring_at timestamptz, local_date date);

drop function onealarm.next_ring(text, time, date, smallint[], timestamptz);

-- The first occurrence that rings strictly after an instant and has a later date than the one that rang last. Null when there is
-- none within three years. The search begins a day early: a wall time skipped at midnight rings on the following date.
create function onealarm.next_ring(
    zone_name text, wall_time time, ring_date date, ring_days smallint[], skipped date[], paused_from date, paused_until date,
    holiday_region text, after timestamptz, rung_on date
) returns onealarm.occurrence
language plpgsql stable parallel safe
as $$
declare
    on_day    date := greatest(onealarm.wall_time_of(after, zone_name)::date - 1, rung_on + 1);
    last_day  date := greatest(on_day, paused_until) + 1100;
    ring      timestamptz;
begin
    if ring_days is null then
        ring := onealarm.instant_of(ring_date + wall_time, zone_name);
        return case when ring > after and ring_date > coalesce(rung_on, '-infinity') then row(ring, ring_date)::onealarm.occurrence end;
    end if;
    while on_day <= last_day loop
        if on_day between paused_from and paused_until then
            on_day := paused_until;
        elsif extract(isodow from on_day)::smallint = any (ring_days)
              and not on_day = any (skipped)
              and (holiday_region is null or not exists (
                  select from onealarm.public_holidays h where h.region = holiday_region and h.day = on_day)) then
            ring := onealarm.instant_of(on_day + wall_time, zone_name);
            if ring > after then
                return row(ring, on_day)::onealarm.occurrence;
            end if;
        end if;
        on_day := on_day + 1;
    end loop;
    return null;
end
$$;

-- The same for an alarm as it stands. One that has just rung, and has not been rolled on yet, has rung on that date.
create function onealarm.next_ring_of(alarm alarms, after timestamptz) returns onealarm.occurrence
language sql stable
as $$
    select onealarm.next_ring(
        alarm.timezone, alarm.alarm_time_local, alarm.alarm_date, alarm.days, alarm.skip_dates, alarm.pause_from, alarm.pause_until,
        case when alarm.skip_holidays then onealarm.holiday_region_of(alarm.user_id) end, after,
        case when alarm.next_trigger_at <= onealarm.now() then alarm.next_ring_date else alarm.last_ring_date end)
$$;

-- An alarm's coming occurrences after an instant, at most so many and none after another instant: the one that is planned, and on.
create function onealarm.coming_occurrences(alarm alarms, after timestamptz, most integer, until timestamptz default 'infinity')
returns setof onealarm.occurrence
language plpgsql stable
as $$
declare
    found_one onealarm.occurrence;
begin
    for n in 1 .. most loop
        found_one := case when alarm.next_trigger_at > after then row(alarm.next_trigger_at, alarm.next_ring_date)::onealarm.occurrence
            else onealarm.next_ring_of(alarm, after) end;
        exit when found_one.ring_at is null or found_one.ring_at > until;
        return next found_one;
        after := found_one.ring_at;
        alarm.last_ring_date := found_one.local_date;
        alarm.next_trigger_at := null;
    end loop;
end
$$;

-- How long after a ring it was missed, when nobody has looked until then: OneAlarm was not there.
create function onealarm.grace() returns interval
language sql immutable parallel safe
as $$ select interval '10 minutes' $$;

-- Write down the rings of an alarm that were missed, at most 100; returns how many.
create function onealarm.write_missed(alarm alarms) returns integer
language sql
as $$
    with missed as (
        insert into logs (user_id, event_type, meta)
        select alarm.user_id, 'ring_missed', jsonb_build_object('alarm_id', alarm.id, 'ring_at', m.ring_at)
        from (
            select alarm.next_trigger_at as ring_at
            union all
            select o.ring_at from onealarm.coming_occurrences(alarm, alarm.next_trigger_at, 99, onealarm.now() - onealarm.grace()) as o
        ) as m
        where m.ring_at < onealarm.now() - onealarm.grace()
        returning 1
    )
    select count(*)::integer from missed
$$;
create index logs_of_user on logs (user_id);

-- Triggers run with the rights of the tables' owner and before the policies are asked. Where a platform says who is calling, they tell
-- nobody anything of another user's.
create function onealarm.refuse_stranger(owner uuid) returns void
language plpgsql stable
as $$
declare
    caller uuid;
begin
    if to_regprocedure('auth.uid()') is not null then
        execute 'select auth.uid()' into caller;
        if caller <> owner then
            raise exception 'user_id: it is another user''s' using errcode = 'insufficient_privilege';
        end if;
    end if;
end
$$;

-- Before an alarm is saved: whose zone it is in. In its user's own zone it follows him, in another one it stays, unless it is said
-- otherwise; and an alarm that follows is moved to another zone only by its user's moving, or by ceasing to follow.
create function onealarm.settle_zone() returns trigger
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
    if not exists (select from onealarm.zones where name = new.timezone) then
        raise exception 'timezone: "%" is not a known zone', new.timezone
            using errcode = 'check_violation', column = 'timezone',
                  hint = 'Give an IANA name such as Europe/Berlin or America/New_York.';
    end if;
    return new;
end
$$;

create trigger alarm_1_zone before insert or update of timezone, zone_mode, skip_holidays on alarms
for each row execute function onealarm.settle_zone();

-- The date on which the clock of the zone next shows the time.
create function onealarm.next_date(wall_time time, zone_name text, after timestamptz) returns date
language sql stable
as $$
    select min(day)
    from (select onealarm.wall_time_of(after, zone_name)::date + n as day from generate_series(-1, 2) as n) as days
    where onealarm.instant_of(day + wall_time, zone_name) > after
$$;

-- Before an alarm is saved: its days in order, its date if it has neither, and its next ring. A new time, date or set of days, and
-- being turned on, are a new wish, which may ring on a date that has rung before; a new zone is not.
create function onealarm.plan_ring() returns trigger
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
    new.days := array(select distinct day from unnest(new.days) as day order by day);
    new.skip_dates := array(                     -- those that are over are forgotten
        select distinct day from unnest(new.skip_dates) as day
        where day >= wall_time_of(onealarm.now(), new.timezone)::date - 1 order by day);
    if cardinality(new.days) = 0 then
        new.days := null;
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
        coming := next_ring_of(new, onealarm.now());
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

create trigger alarm_2_ring_of_new before insert on alarms
for each row execute function onealarm.plan_ring();

-- Nothing else moves the ring.
create trigger alarm_2_ring_of_changed before update on alarms
for each row when (
    old.active <> new.active or old.timezone <> new.timezone or old.alarm_time_local <> new.alarm_time_local
    or old.alarm_date is distinct from new.alarm_date or old.days is distinct from new.days
    or old.skip_dates <> new.skip_dates or old.pause_from is distinct from new.pause_from
    or old.pause_until is distinct from new.pause_until or old.skip_holidays <> new.skip_holidays)
execute function onealarm.plan_ring();

-- A snooze rings once, so many minutes of real time after it was asked for. It is not the alarm's: the series stays as it is.
create table snoozes (
    id          uuid primary key default gen_random_uuid(),
    alarm_id    uuid not null references alarms on delete cascade,
    user_id     uuid not null references users on delete cascade,
    minutes     smallint not null check (minutes between 1 and 60),
    of_ring_at  timestamptz not null,            -- the ring that was snoozed first
    number      smallint not null check (number > 0),
    ring_at     timestamptz not null,
    rung_at     timestamptz,                     -- when it was first seen to have rung
    created_at  timestamptz not null default onealarm.now(),
    constraint each_snooze_once unique (alarm_id, of_ring_at, number)
);
create index snoozes_by_ring on snoozes (alarm_id, ring_at);
create index snoozes_of_user on snoozes (user_id);
create index snoozes_to_ring on snoozes (ring_at) where rung_at is null;

-- Whoever inserts a snooze names the alarm and, if they are not the alarm's own, the minutes; the rest follows.
create function onealarm.place_snooze() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
declare
    alarm   alarms;
    before  snoozes;
    rang_at timestamptz;
begin
    perform refuse_stranger((select a.user_id from alarms a where a.id = new.alarm_id));
    select * into alarm from alarms a where a.id = new.alarm_id for update;
    rang_at := case when alarm.next_trigger_at <= onealarm.now() then alarm.next_trigger_at else alarm.last_ring_at end;
    select * into before from snoozes s
    where s.alarm_id = new.alarm_id and s.of_ring_at = rang_at order by s.number desc limit 1;
    if coalesce(before.ring_at, rang_at, '-infinity') <= onealarm.now() - interval '1 hour' then
        raise exception 'alarm: it has not rung within the hour'
            using errcode = 'check_violation', column = 'alarm', hint = 'Snooze an alarm while it rings.';
    elsif before.ring_at > onealarm.now() then
        raise exception 'alarm: it is snoozed until % already', to_char(before.ring_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
            using errcode = 'check_violation', column = 'alarm', hint = 'Wait for that ring, or end the snooze first.';
    elsif coalesce(before.number, 0) >= alarm.snooze_limit then
        raise exception 'alarm: it may be snoozed % times and has been', alarm.snooze_limit
            using errcode = 'check_violation', column = 'alarm', hint = 'Raise its snooze limit.';
    end if;
    new.user_id := alarm.user_id;
    new.minutes := coalesce(new.minutes, alarm.snooze_minutes);
    new.of_ring_at := rang_at;
    new.number := coalesce(before.number, 0) + 1;
    new.ring_at := onealarm.now() + new.minutes * interval '1 minute';
    return new;
end
$$;

create trigger place_snooze before insert on snoozes
for each row execute function onealarm.place_snooze();

-- A user's move takes his alarms along, each once: those that follow him keep their wall time; and another country has other holidays.
create function onealarm.follow_user() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
declare
    owner uuid := case when tg_op = 'DELETE' then old.user_id else new.user_id end;
begin
    perform from alarms where user_id = owner order by id for no key update;
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

-- Alarms, which the caller has locked, whose coming ring is of a date that is a holiday now, or that need not skip an earlier one any more.
-- Any other keeps its plan.
create function onealarm.replan_for_holidays(alarm_ids uuid[]) returns void
language sql
as $$
    update alarms a
    set next_trigger_at = n.ring_at, next_ring_date = n.local_date, active = n.ring_at is not null
    from (
        select b.id, o.ring_at, o.local_date
        from alarms b left join lateral onealarm.next_ring_of(b, onealarm.now()) as o on true
        where b.id = any (alarm_ids)
          and (coalesce(o.local_date < b.next_ring_date, false) or exists (
              select from onealarm.public_holidays h
              where h.region = onealarm.holiday_region_of(b.user_id) and h.day = b.next_ring_date))) as n
    where a.id = n.id
$$;

create trigger preferences_1_new after insert or delete on user_preferences
for each row execute function onealarm.follow_user();
create trigger preferences_1_moved after update on user_preferences
for each row when (
    old.timezone <> new.timezone or old.country is distinct from new.country or old.subdivision is distinct from new.subdivision)
execute function onealarm.follow_user();

alter table snoozes enable row level security;
revoke all on all functions in schema onealarm from public;
do $$
begin
    if exists (select from pg_roles where rolname = 'authenticated') and to_regprocedure('auth.uid()') is not null then
        grant insert (zone_mode, skip_dates, pause_from, pause_until, skip_holidays, snooze_minutes, snooze_limit),
              update (zone_mode, skip_dates, pause_from, pause_until, skip_holidays, snooze_minutes, snooze_limit)
              on alarms to authenticated;
        revoke all on snoozes from anon, authenticated;
        grant select, delete, insert (alarm_id, minutes) on snoozes to authenticated;
        create policy own_snoozes on snoozes to authenticated
            using (user_id = auth.uid()) with check (user_id = auth.uid());
    end if;
    if exists (select from pg_roles where rolname = 'service_role') then
        grant all on snoozes to service_role;
        grant all on all tables in schema onealarm to service_role;
        grant execute on all functions in schema onealarm to service_role;
    end if;
end
$$;
