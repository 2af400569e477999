-- Alarms: the user's wish. Whoever saves one, by the API or by SQL, gets its next ring in the same transaction.

create table alarms (
    id                    uuid primary key default gen_random_uuid(),
    user_id               uuid not null references users on delete cascade,
    label                 text check (char_length(label) <= 200),
    alarm_time_local      time not null check (alarm_time_local < '24:00'),
    alarm_date            date check (alarm_date >= '2000-01-01' and alarm_date < '2040-01-01'),   -- the zone rules are loaded up to there
    days                  smallint[] check (cardinality(days) > 0 and days <@ array[1, 2, 3, 4, 5, 6, 7]::smallint[]),
    timezone              text not null references onealarm.zones (name),
    alarm_timezone        text generated always as (timezone) stored,
    timezone_at_creation  text generated always as (timezone) stored,
    active                boolean not null default true,
    next_trigger_at       timestamptz,
    created_at            timestamptz not null default onealarm.now(),
    updated_at            timestamptz not null default onealarm.now(),
    constraint one_off_or_weekly check (alarm_date is null or days is null),
    constraint active_has_a_ring check (active = (next_trigger_at is not null))
);
create index alarms_of_user on alarms (user_id);
create index alarms_by_ring on alarms (next_trigger_at) where active;

create function onealarm.plan_alarm() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
begin
    new.updated_at := onealarm.now();
    if tg_op = 'UPDATE' and new.active = old.active and new.timezone = old.timezone
       and new.alarm_time_local = old.alarm_time_local
       and new.alarm_date is not distinct from old.alarm_date and new.days is not distinct from old.days then
        return new;                              -- nothing that moves the ring has changed
    end if;
    if not exists (select from onealarm.zones where name = new.timezone) then
        raise exception 'timezone: "%" is not a known zone', new.timezone
            using errcode = 'check_violation', column = 'timezone',
                  hint = 'Give an IANA name such as Europe/Berlin or America/New_York.';
    end if;
    if new.days is not null then
        if cardinality(new.days) = 0 or not new.days <@ array[1, 2, 3, 4, 5, 6, 7]::smallint[] then
            raise exception 'days: % are not days of the week', new.days
                using errcode = 'check_violation', constraint = 'alarms_days_check',
                      hint = 'Give at least one of 1 (Monday) to 7 (Sunday).';
        end if;
        new.days := array(select distinct day from unnest(new.days) as day order by day);
    elsif new.alarm_date is null then
        -- The next time the clock in the alarm's zone shows this time; that zone's calendar gives the date.
        select day into new.alarm_date
        from (select wall_time_of(onealarm.now(), new.timezone)::date + n as day from generate_series(-1, 2) as n) as days
        where instant_of(day + new.alarm_time_local, new.timezone) > onealarm.now()
        order by day
        limit 1;
    end if;
    if not new.active then
        new.next_trigger_at := null;
        return new;
    end if;
    new.next_trigger_at := next_ring(
        new.timezone, new.alarm_time_local, new.alarm_date, new.days, onealarm.now());
    if new.next_trigger_at is null then
        raise exception 'alarm_date: % % has passed in %', new.alarm_date, new.alarm_time_local, new.timezone
            using errcode = 'check_violation', column = 'alarm_date',
                  hint = 'Give a later date, or none for the next time the clock shows this time.';
    end if;
    return new;
end
$$;

create trigger plan_alarm before insert or update on alarms
for each row execute function onealarm.plan_alarm();
