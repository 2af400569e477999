-- The life of a job: which change of state is legal, and what an edit does to the work on a ring that is still to come.
-- Locks are taken in one order: preferences, alarms, jobs, audio, users.

-- The one place of the legal changes; onealarm/jobs/job.py and docs/reference/states.md say the same, and tests compare them. A final
-- state is final.
create function onealarm.refuse_transition() returns trigger
language plpgsql
as $$
begin
    raise exception 'state: a job that is % does not become %', old.state, new.state
        using errcode = 'check_violation', constraint = 'legal_transition', column = 'state',
              hint = 'Put in another job for the same ring.';
end
$$;

create trigger legal_transition before update of state on audio_generation_queue
for each row when (old.state <> new.state and (old.state, new.state) not in (
    ('waiting', 'leased'), ('waiting', 'cancelled'), ('waiting', 'expired'),
    ('leased', 'waiting'), ('leased', 'done'), ('leased', 'dead'), ('leased', 'cancelled'), ('leased', 'expired')))
execute function onealarm.refuse_transition();

-- Whether a worker whose last beat was then lives. A beat that lies ahead was made before the clock was set back.
create function onealarm.beats(beat_at timestamptz) returns boolean
language sql stable parallel safe
as $$ select beat_at > onealarm.now() - onealarm.stale() and beat_at < onealarm.now() + onealarm.stale() $$;

-- What a briefing is made of has a version: an alarm's, and its user's preferences'. A worker remembers both when it reads them, and
-- what it made is published only if neither has changed.
create sequence onealarm.versions;
alter table alarms add column version bigint not null default nextval('onealarm.versions');
alter table user_preferences add column version bigint not null default nextval('onealarm.versions');

create function onealarm.stamp_alarm() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
begin
    new.updated_at := onealarm.now();
    if new.label is distinct from old.label or new.timezone <> old.timezone then   -- the time is told in the alarm's zone
        new.version := nextval('onealarm.versions');
    end if;
    return new;
end
$$;

create trigger alarm_3_stamp before update on alarms
for each row execute function onealarm.stamp_alarm();

create function onealarm.stamp_preferences() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
begin
    new.version := nextval('onealarm.versions');
    return new;
end
$$;

-- Only what can be heard counts. A zone that moves an alarm gives it another ring, and so another job.
create trigger preferences_0_stamp before update on user_preferences
for each row when (
    old.preferred_name is distinct from new.preferred_name or old.tts_voice <> new.tts_voice or old.language <> new.language
    or old.place_name is distinct from new.place_name or old.latitude is distinct from new.latitude
    or old.longitude is distinct from new.longitude or old.country is distinct from new.country
    or old.subdivision is distinct from new.subdivision or old.include_weather <> new.include_weather or old.feeds <> new.feeds)
execute function onealarm.stamp_preferences();

-- The versions of what a leased job is made of, alarm and preferences, held still until the caller's transaction ends: an edit that is on
-- its way is waited for, and one that comes later finds what the caller has published.
create function onealarm.hold_wish(job_id bigint, token bigint) returns bigint[]
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
declare
    job          audio_generation_queue;
    alarm        bigint;
    preferences  bigint;
begin
    select * into job from audio_generation_queue q where q.id = job_id and q.lease_token = token;
    select p.version into preferences from user_preferences p where p.user_id = job.user_id for share;
    select a.version into alarm from alarms a where a.id = job.alarm_id for share;
    return array[coalesce(alarm, 0), coalesce(preferences, 0)];
end
$$;

create index audio_of_alarm on audio (alarm_id, ring_at);

-- Of some occurrences, given as alarm and ring: end the work, and withdraw what was made. Their jobs are locked before they are looked
-- at, so that a claim or a publication that comes at the same time is over, or waits.
create function onealarm.end_occurrences(alarm_ids uuid[], rings timestamptz[], why text) returns void
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
declare
    live bigint[];
begin
    live := array(
        select q.id from audio_generation_queue q
        join unnest(alarm_ids, rings) as o (alarm_id, ring_at) on o.alarm_id = q.alarm_id and o.ring_at = q.ring_at
        where q.state in ('waiting', 'leased')
        order by q.id for update of q);
    update audio_generation_queue
    set state = 'cancelled', reason = why, finished_at = onealarm.now(), lease_token = null, worker_id = null
    where id = any (live);
    update audio a
    set status = case when a.status = 'ready' then 'superseded' else 'failed' end, reason = why
    from unnest(alarm_ids, rings) as o (alarm_id, ring_at)
    where a.alarm_id = o.alarm_id and a.ring_at = o.ring_at and a.audio_type = 'combined' and a.status in ('generating', 'ready');
end
$$;

-- Of some occurrences that are still to come: what was heard so far is out of date. A job that nobody has begun stays, and need not
-- wait any more; any other one is ended, and a new one is put in.
create function onealarm.remake_occurrences(alarm_ids uuid[], rings timestamptz[], why text) returns void
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
declare
    live     bigint[];
    waiting  bigint[];
    leased   bigint[];
begin
    live := array(
        select q.id from audio_generation_queue q
        join unnest(alarm_ids, rings) as o (alarm_id, ring_at) on o.alarm_id = q.alarm_id and o.ring_at = q.ring_at
        where q.state in ('waiting', 'leased')
        order by q.id for update of q);
    waiting := array(select q.id from audio_generation_queue q where q.id = any (live) and q.state = 'waiting');
    leased := array(select q.id from audio_generation_queue q where q.id = any (live) and q.state = 'leased');
    update audio_generation_queue set run_after = null, attempt = 0, reason = null
    where id = any (waiting) and attempt > 0;
    update audio_generation_queue
    set state = 'cancelled', reason = why, finished_at = onealarm.now(), lease_token = null, worker_id = null
    where id = any (leased);
    update audio a
    set status = 'superseded', reason = why
    from unnest(alarm_ids, rings) as o (alarm_id, ring_at)
    where a.alarm_id = o.alarm_id and a.ring_at = o.ring_at and a.audio_type = 'combined' and a.status = 'ready';
    insert into audio_generation_queue (alarm_id, user_id, ring_at, scheduled_for)
    select a.id, a.user_id, o.ring_at, o.ring_at - onealarm.lead()
    from unnest(alarm_ids, rings) as o (alarm_id, ring_at) join alarms a on a.id = o.alarm_id
    where a.next_trigger_at = o.ring_at       -- asked anew: while the locks were waited for it may have gone
       or exists (select from snoozes s where s.alarm_id = a.id and s.ring_at = o.ring_at)
    order by a.id
    on conflict (alarm_id, ring_at) where state in ('waiting', 'leased') do nothing;
end
$$;

drop trigger change_1_cancel_jobs on alarms;
drop trigger change_2_move_jobs on alarms;
drop trigger delete_cancel_jobs on alarms;
drop function onealarm.cancel_jobs();
drop function onealarm.move_jobs();

-- An alarm whose coming ring moved or is no more: the old ring's work ends, unless a snooze rings at that instant too, and the new ring
-- gets a job. A ring that has passed is left to expire. One that is heard otherwise, at the same ring: made again. One that its user
-- turned off: its snoozes end too.
create function onealarm.follow_alarms() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
declare
    ended_ids   uuid[];  ended_rings  timestamptz[];
    placed_ids  uuid[];  placed_users uuid[];  placed_rings timestamptz[];
    off_ids     uuid[];
    heard_ids   uuid[];  heard_rings  timestamptz[];
begin
    -- One pass over what was saved. A full join is never a nested loop: a plan is kept from call to call, and a loop that was planned for
    -- one alarm would take for ever over many.
    select array_agg(c.id) filter (where c.moved and c.old_ring > onealarm.now()),
           array_agg(c.old_ring) filter (where c.moved and c.old_ring > onealarm.now()),
           array_agg(c.id) filter (where c.moved and c.new_ring is not null),
           array_agg(c.user_id) filter (where c.moved and c.new_ring is not null),
           array_agg(c.new_ring) filter (where c.moved and c.new_ring is not null),
           array_agg(c.id) filter (where c.turned_off),
           array_agg(c.id) filter (where c.heard_otherwise),
           array_agg(c.new_ring) filter (where c.heard_otherwise)
    into ended_ids, ended_rings, placed_ids, placed_users, placed_rings, off_ids, heard_ids, heard_rings
    from (
        select id, saved.user_id, gone.next_trigger_at as old_ring, saved.next_trigger_at as new_ring,
               saved.next_trigger_at is distinct from gone.next_trigger_at as moved, saved.version <> gone.version as heard_otherwise,
               -- By its user: a one-off that has rung turns itself off, and its snooze stays.
               gone.active and not saved.active and not (saved.days is null and gone.next_trigger_at <= onealarm.now()) as turned_off
        from gone full join saved using (id)) as c;
    if ended_ids is not null then
        perform end_occurrences(array_agg(o.alarm_id), array_agg(o.ring_at), 'the alarm was changed')
        from unnest(ended_ids, ended_rings) as o (alarm_id, ring_at)
        where not exists (select from snoozes s where s.alarm_id = o.alarm_id and s.ring_at = o.ring_at)
        having count(*) > 0;
    end if;
    if placed_ids is not null then
        insert into audio_generation_queue (alarm_id, user_id, ring_at, scheduled_for)
        select o.alarm_id, o.user_id, o.ring_at, o.ring_at - onealarm.lead()
        from unnest(placed_ids, placed_users, placed_rings) as o (alarm_id, user_id, ring_at)
        order by o.alarm_id
        on conflict (alarm_id, ring_at) where state in ('waiting', 'leased') do nothing;
    end if;
    if off_ids is not null then
        delete from snoozes s where s.alarm_id = any (off_ids) and s.ring_at > onealarm.now();
    end if;
    if heard_ids is not null then
        perform remake_occurrences(array_agg(c.alarm_id), array_agg(c.ring_at), 'the alarm was changed')
        from (
            select o.alarm_id, o.ring_at from unnest(heard_ids, heard_rings) as o (alarm_id, ring_at) where o.ring_at > onealarm.now()
            union
            select s.alarm_id, s.ring_at from snoozes s where s.alarm_id = any (heard_ids) and s.ring_at > onealarm.now()) as c
        having count(*) > 0;
    end if;
    return null;
end
$$;

-- The rings to come of a user's alarms, or of one of them: the next of each, and those of snoozes.
create function onealarm.coming_rings(owner uuid, of_alarm uuid default null) returns table (alarm_id uuid, ring_at timestamptz)
language sql stable
as $$
    select a.id, a.next_trigger_at from alarms a
    where a.user_id = owner and (of_alarm is null or a.id = of_alarm) and a.next_trigger_at > onealarm.now()
    union
    select s.alarm_id, s.ring_at from snoozes s
    where s.user_id = owner and (of_alarm is null or s.alarm_id = of_alarm) and s.ring_at > onealarm.now()
$$;

create trigger alarms_changed after update on alarms
referencing old table as gone new table as saved for each statement execute function onealarm.follow_alarms();

create function onealarm.forget_alarms() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
declare
    ids uuid[] := array(select id from gone order by id);
begin
    perform end_occurrences(array_agg(q.alarm_id), array_agg(q.ring_at), 'the alarm was deleted')
    from audio_generation_queue q
    where q.alarm_id = any (ids) and q.state in ('waiting', 'leased')
    having count(*) > 0;
    delete from audio where alarm_id = any (ids);
    return null;
end
$$;

create trigger alarms_deleted after delete on alarms
referencing old table as gone for each statement execute function onealarm.forget_alarms();

-- What a user hears has changed: what was made for rings to come is made again.
create function onealarm.hear_preferences() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
declare
    owner uuid := case when tg_op = 'DELETE' then old.user_id else new.user_id end;
begin
    if tg_op = 'DELETE' and not exists (select from users u where u.id = owner) then
        return null;                             -- the user himself goes
    end if;
    perform from alarms a where a.user_id = owner order by a.id for no key update;   -- so that their rings stay as they are read
    perform remake_occurrences(array_agg(c.alarm_id), array_agg(c.ring_at), 'the preferences were changed')
    from coming_rings(owner) as c
    having count(*) > 0;
    return null;
end
$$;

create trigger preferences_2_heard_new after insert or delete on user_preferences
for each row execute function onealarm.hear_preferences();
create trigger preferences_2_heard_otherwise after update on user_preferences
for each row when (old.version <> new.version) execute function onealarm.hear_preferences();

-- A snooze has a job of its own, and takes it along when it is deleted, unless the alarm itself rings at that instant.
create function onealarm.follow_snooze() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        insert into audio_generation_queue (alarm_id, user_id, ring_at, scheduled_for)
        values (new.alarm_id, new.user_id, new.ring_at, new.ring_at - onealarm.lead())
        on conflict (alarm_id, ring_at) where state in ('waiting', 'leased') do nothing;
    elsif not exists (select from alarms a where a.id = old.alarm_id and a.next_trigger_at = old.ring_at) then
        perform end_occurrences(array[old.alarm_id], array[old.ring_at], 'the snooze was ended');
    end if;
    return null;
end
$$;

-- Whoever ends a snooze locks its alarm, so that an edit that has the same briefing made again is over, or waits.
create function onealarm.lock_snoozed_alarm() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
begin
    perform from alarms a where a.id = old.alarm_id for update;
    return old;
end
$$;
create trigger lock_alarm before delete on snoozes
for each row execute function onealarm.lock_snoozed_alarm();

create trigger snooze_made after insert on snoozes
for each row execute function onealarm.follow_snooze();
create trigger snooze_ended after delete on snoozes
for each row when (old.ring_at > onealarm.now()) execute function onealarm.follow_snooze();

revoke all on all functions in schema onealarm from public;
do $$
begin
    if exists (select from pg_roles where rolname = 'authenticated') and to_regprocedure('auth.uid()') is not null then
        grant usage on sequence onealarm.versions to authenticated;   -- for the defaults of the versions
    end if;
    if exists (select from pg_roles where rolname = 'service_role') then
        grant execute on all functions in schema onealarm to service_role;
        grant all on all sequences in schema onealarm to service_role;
    end if;
end
$$;
