-- The queue: one job is one briefing to make for one occurrence of an alarm.

create sequence onealarm.lease_tokens;

create table onealarm.workers (
    id          uuid primary key,
    host        text not null,
    started_at  timestamptz not null default onealarm.now(),
    beat_at     timestamptz not null default onealarm.now(),
    alive_since timestamptz not null default onealarm.now()     -- the beats since then have no gap
) with (fillfactor = 50);                        -- one hot row per process, updated in place

-- A worker whose last beat is older than this is dead.
create function onealarm.stale() returns interval
language sql immutable parallel safe
as $$ select interval '15 seconds' $$;

create table audio_generation_queue (
    id             bigint generated always as identity primary key,
    -- No foreign key: a cancelled job outlives its alarm, so that a worker's late write meets a final state.
    alarm_id       uuid not null,
    user_id        uuid not null references users on delete cascade,
    ring_at        timestamptz not null,
    scheduled_for  timestamptz not null,
    state          text not null default 'waiting' check (
        state in ('waiting', 'leased', 'done', 'dead', 'cancelled', 'expired')),
    attempt        smallint not null default 0,
    run_after      timestamptz,                  -- a retry's earliest start
    lease_token    bigint,
    worker_id      uuid,
    reason         text,
    created_at     timestamptz not null default onealarm.now(),
    finished_at    timestamptz,
    constraint leased_has_a_lease check (
        (state = 'leased') = (lease_token is not null) and (state = 'leased') = (worker_id is not null)),
    constraint final_is_finished check ((state in ('waiting', 'leased')) = (finished_at is null))
);
create unique index one_live_job on audio_generation_queue (alarm_id, ring_at) where state in ('waiting', 'leased');
create index claim_jobs on audio_generation_queue (ring_at, id) where state = 'waiting';
create index rescue_jobs on audio_generation_queue (worker_id) where state = 'leased';
create index jobs_of_alarm on audio_generation_queue (alarm_id, ring_at);
create index jobs_of_user on audio_generation_queue (user_id);
create index forget_jobs on audio_generation_queue (finished_at) where finished_at is not null;

-- The roadmap's priority, read as a column (select q.priority from audio_generation_queue q): never stored, so never stale.
create function priority(job audio_generation_queue) returns integer
language sql stable
as $$
    select case
        when job.ring_at - onealarm.now() <= interval '25 minutes' then 1
        when job.ring_at - onealarm.now() <= onealarm.lead() then 3
        else 5
    end
$$;

-- A job belongs to one occurrence: an alarm that moves, is turned off or deleted cancels the job of the ring it no longer has. A
-- ring that has passed is left to expire, and a job that is finished is left alone.
create function onealarm.cancel_jobs() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
begin
    if tg_op = 'DELETE' then
        update audio_generation_queue q
        set state = 'cancelled', reason = 'the alarm was deleted', finished_at = onealarm.now(),
            lease_token = null, worker_id = null
        where q.id = any (array(
            select j.id from audio_generation_queue j join gone on j.alarm_id = gone.id
            where j.state in ('waiting', 'leased') order by j.id for update of j));
        delete from audio a using gone where a.alarm_id = gone.id;
    else
        update audio_generation_queue q
        set state = 'cancelled', reason = 'the alarm was changed', finished_at = onealarm.now(),
            lease_token = null, worker_id = null
        where q.id = any (array(
            select j.id from audio_generation_queue j
            join gone on j.alarm_id = gone.id and j.ring_at = gone.next_trigger_at
            join saved on saved.id = gone.id
            where j.state in ('waiting', 'leased') and j.ring_at > onealarm.now()
              and saved.next_trigger_at is distinct from gone.next_trigger_at
            order by j.id for update of j));
    end if;
    return null;
end
$$;

-- The job of each saved alarm's next ring, unless there is one. A changed alarm whose ring stays keeps its job, finished or not.
create function onealarm.enqueue_jobs() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
begin
    insert into audio_generation_queue (alarm_id, user_id, ring_at, scheduled_for)
    select a.id, a.user_id, a.next_trigger_at, a.next_trigger_at - onealarm.lead()
    from saved a
    where a.next_trigger_at is not null
    order by a.id
    on conflict (alarm_id, ring_at) where state in ('waiting', 'leased') do nothing;
    return null;
end
$$;

create function onealarm.move_jobs() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
begin
    insert into audio_generation_queue (alarm_id, user_id, ring_at, scheduled_for)
    select a.id, a.user_id, a.next_trigger_at, a.next_trigger_at - onealarm.lead()
    from saved a join gone on gone.id = a.id
    where a.next_trigger_at is not null and a.next_trigger_at is distinct from gone.next_trigger_at
    order by a.id
    on conflict (alarm_id, ring_at) where state in ('waiting', 'leased') do nothing;
    return null;
end
$$;

create trigger enqueue_jobs after insert on alarms
referencing new table as saved for each statement execute function onealarm.enqueue_jobs();

-- Named so that the old ring's job is cancelled before the new ring's job is put in.
create trigger change_1_cancel_jobs after update on alarms
referencing old table as gone new table as saved for each statement execute function onealarm.cancel_jobs();

create trigger change_2_move_jobs after update on alarms
referencing old table as gone new table as saved for each statement execute function onealarm.move_jobs();

create trigger delete_cancel_jobs after delete on alarms
referencing old table as gone for each statement execute function onealarm.cancel_jobs();
