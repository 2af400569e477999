-- The queue engine: jobs that live and jobs that have ended are kept apart, so that neither slows the other. It is one table to whoever
-- reads it. docs/explanation/the-queue.md says why each thing is as it is.

alter table audio_generation_queue rename to jobs_before;
drop function priority(jobs_before);
create sequence onealarm.job_ids;
select setval('onealarm.job_ids', coalesce((select max(id) from jobs_before), 0) + 1, false);

create table audio_generation_queue (
    id             bigint not null default nextval('onealarm.job_ids'),
    -- No foreign keys: a cancelled job outlives its alarm, so that a worker's late write meets a final state; and a user's jobs go with him
    -- by the triggers of his alarms and the one below, because to check a key would cost more than to end a job.
    alarm_id       uuid not null,
    user_id        uuid not null,
    ring_at        timestamptz not null,
    scheduled_for  timestamptz not null,
    state          text not null default 'waiting',     -- those that there are have a partition
    attempt        smallint not null default 0,
    run_after      timestamptz,                  -- a retry's earliest start
    lease_token    bigint,
    worker_id      uuid,
    begun_at       timestamptz,                  -- when work began on it, under its lease; until then the attempt does not count
    reason         text,
    created_at     timestamptz not null default onealarm.now(),
    finished_at    timestamptz
) partition by list (state);

-- What changes when a job is claimed is in no index, and every page has room for it: a claim writes the row beside itself and no index at
-- all. So the claim's index holds leased jobs too; workers begin behind them.
create table onealarm.live_jobs partition of audio_generation_queue (
    primary key (id),
    constraint leased_has_a_lease check (
        (state = 'leased') = (lease_token is not null) and (state = 'leased') = (worker_id is not null)
        and (state = 'leased' or begun_at is null) and finished_at is null)
) for values in ('waiting', 'leased')
with (fillfactor = 42, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
-- Each index serves one way of looking only, which is what the two expressions are for. When all is done the planner takes the table for
-- empty, whatever dead rows an old snapshot keeps in it; any index that could be used at all then seems as good as another, and a claim
-- would walk all of one_live_job, or the end of a job all of claim_jobs.
create index claim_jobs on onealarm.live_jobs (ring_at, (id + 0));
create unique index one_live_job on onealarm.live_jobs (alarm_id, (ring_at at time zone 'UTC'));

-- Never changed, and dropped a day at a time.
create table onealarm.ended_jobs partition of audio_generation_queue (
    constraint ended_has_no_lease check (lease_token is null and worker_id is null and finished_at is not null)
) for values in ('done', 'dead', 'cancelled', 'expired') partition by range (finished_at);
-- Of a job that is done its audio tells. To look for one among all that have ended is for operators and for who leaves: they read a few
-- pages more, so that nothing has to be put into its place in a tree when a job ends.
create index failed_jobs on onealarm.ended_jobs (user_id, alarm_id, ring_at) where state <> 'done';
create index ended_jobs_by_id on onealarm.ended_jobs using brin (id, user_id uuid_bloom_ops, alarm_id uuid_bloom_ops)
with (pages_per_range = 32, autosummarize = on);
create table onealarm.ended_jobs_other partition of onealarm.ended_jobs default;   -- of days that nobody has prepared

-- Make the tables of the days from one to another; what has ended on them meanwhile moves there. Returns how many were made.
create function onealarm.prepare_days(first_day date, last_day date) returns integer
language plpgsql security definer set search_path = public, onealarm, pg_temp set timezone = 'UTC'
as $$
declare
    made integer := 0;
    name text;
    day  date;
begin
    perform set_config('lock_timeout', '200ms', true);    -- whoever waits longer than that for a lock blocks all behind him
    for n in 0 .. last_day - first_day loop
        day := first_day + n;
        name := 'ended_jobs_' || to_char(day, 'YYYYMMDD');
        continue when to_regclass('onealarm.' || name) is not null;
        perform pg_advisory_xact_lock(hashtextextended('onealarm.days', 0));
        continue when to_regclass('onealarm.' || name) is not null;
        execute format('create table onealarm.%I (like onealarm.ended_jobs including defaults including constraints)', name);
        if exists (select from ended_jobs_other where finished_at >= day and finished_at < day + 1) then
            execute format(
                'with moved as (delete from onealarm.ended_jobs_other where finished_at >= %L and finished_at < %L returning *)'
                ' insert into onealarm.%I select * from moved', day, day + 1, name);
        end if;
        execute format('alter table onealarm.ended_jobs attach partition onealarm.%I for values from (%L) to (%L)', name, day, day + 1);
        made := made + 1;
    end loop;
    return made;
end
$$;

-- Drop the first day that is over by more than a time to keep; returns its name, null when there is none.
create function onealarm.drop_day(keep interval) returns text
language plpgsql security definer set search_path = public, onealarm, pg_temp set timezone = 'UTC'
as $$
declare
    name text;
begin
    select c.relname into name
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'onealarm.ended_jobs'::regclass and c.relname ~ '^ended_jobs_\d{8}$'
      and to_date(right(c.relname, 8), 'YYYYMMDD') + 1 <= onealarm.now() - keep
    order by c.relname limit 1;
    if name is not null then
        perform set_config('lock_timeout', '200ms', true);
        execute format('alter table onealarm.ended_jobs detach partition onealarm.%I', name);
        execute format('drop table onealarm.%I', name);
    end if;
    return name;
end
$$;

select onealarm.prepare_days((onealarm.now() at time zone 'UTC')::date - 7, (onealarm.now() at time zone 'UTC')::date + 2);

insert into audio_generation_queue (id, alarm_id, user_id, ring_at, scheduled_for, state, attempt, run_after, lease_token, worker_id,
                                    begun_at, reason, created_at, finished_at)
select id, alarm_id, user_id, ring_at, scheduled_for, state, attempt, run_after, lease_token, worker_id,
       case when state = 'leased' then onealarm.now() end, reason, created_at, finished_at
from jobs_before order by id;
drop table jobs_before;

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

-- The furthest ring that a worker may hold a job of: whoever looks for its leases looks no further. -infinity when it holds nothing.
alter table onealarm.workers add column reach timestamptz not null default '-infinity';
update onealarm.workers set reach = 'infinity';

-- Tell the workers that jobs can be claimed, from one place in their order to another, now or from an instant on. It is a hint: whoever
-- does not hear it finds them a moment later. Microseconds since 1970, as workers reckon.
create function onealarm.hint_jobs(
    from_ring timestamptz, from_id bigint, to_ring timestamptz, to_id bigint, run_after timestamptz default null
) returns void
language sql
as $$
    select pg_notify('onealarm_jobs', concat_ws(' ',
        (extract(epoch from from_ring) * 1000000)::bigint, from_id, (extract(epoch from to_ring) * 1000000)::bigint, to_id,
        (extract(epoch from run_after) * 1000000)::bigint))
$$;

-- Of jobs that come due later nothing is said: time itself tells. Six hours are more than work is ever begun ahead.
create function onealarm.hint_new_jobs() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
begin
    perform hint_jobs(min(s.ring_at), min(s.id), max(s.ring_at), max(s.id))
    from saved s
    where s.state = 'waiting' and s.ring_at <= onealarm.now() + onealarm.lead() + interval '6 hours'
    having count(*) > 0;
    return null;
end
$$;
create trigger hint_new_jobs after insert on onealarm.live_jobs
referencing new table as saved for each statement execute function onealarm.hint_new_jobs();
create trigger hint_new_jobs after insert on audio_generation_queue
referencing new table as saved for each statement execute function onealarm.hint_new_jobs();

-- The one place of the legal changes; onealarm/jobs/job.py and docs/reference/states.md say the same, and tests compare them. A final
-- state is final. A job that is given back may be claimed again.
drop function onealarm.refuse_transition();
create function onealarm.follow_transition() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
begin
    if old.state = 'leased' and new.state = 'waiting' then
        new.begun_at := null;
        perform hint_jobs(new.ring_at, new.id, new.ring_at, new.id, new.run_after);
        return new;
    end if;
    raise exception 'state: a job that is % does not become %', old.state, new.state
        using errcode = 'check_violation', constraint = 'legal_transition', column = 'state',
              hint = 'Put in another job for the same ring.';
end
$$;
create trigger legal_transition before update of state on audio_generation_queue
for each row when (old.state <> new.state and (old.state, new.state) not in (
    ('waiting', 'leased'), ('waiting', 'cancelled'), ('waiting', 'expired'),
    ('leased', 'done'), ('leased', 'dead'), ('leased', 'cancelled'), ('leased', 'expired')))
execute function onealarm.follow_transition();

-- Live jobs, which the caller has locked, end. A reason that is given comes first; but a job that expires keeps what kept it until then.
create function onealarm.end_jobs(ids bigint[], end_state text, why text) returns table (id bigint, alarm_id uuid, ring_at timestamptz)
language sql
as $$
    with gone as (
        delete from onealarm.live_jobs q where q.id = any (ids) returning q.*
    )
    insert into onealarm.ended_jobs (id, alarm_id, user_id, ring_at, scheduled_for, state, attempt, begun_at, reason, created_at, finished_at)
    select g.id, g.alarm_id, g.user_id, g.ring_at, g.scheduled_for, end_state, g.attempt, g.begun_at,
           case when end_state = 'expired' then coalesce(g.reason, why) else coalesce(why, g.reason) end, g.created_at, onealarm.now()
    from gone g
    returning ended_jobs.id, ended_jobs.alarm_id, ended_jobs.ring_at
$$;

-- A user's jobs go with him: those that ended earlier by this, those of his alarms when these are deleted, which comes after it.
create function onealarm.forget_jobs_of_user() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
begin
    delete from ended_jobs where user_id = old.id;
    return null;
end
$$;
create trigger user_deleted after delete on users
for each row execute function onealarm.forget_jobs_of_user();

-- The job of each saved alarm's next ring, unless there is one.
create or replace function onealarm.enqueue_jobs() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
begin
    insert into live_jobs (alarm_id, user_id, ring_at, scheduled_for)
    select a.id, a.user_id, a.next_trigger_at, a.next_trigger_at - onealarm.lead()
    from saved a
    where a.next_trigger_at is not null
    order by a.id
    on conflict (alarm_id, (ring_at at time zone 'UTC')) do nothing;
    return null;
end
$$;

-- Of some occurrences, given as alarm and ring: end the work, and withdraw what was made. Their jobs are locked before they are looked
-- at, so that a claim or a publication that comes at the same time is over, or waits.
create or replace function onealarm.end_occurrences(alarm_ids uuid[], rings timestamptz[], why text) returns void
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
declare
    live bigint[];
begin
    live := array(
        select q.id from live_jobs q
        join unnest(alarm_ids, rings) as o (alarm_id, ring_at) on o.alarm_id = q.alarm_id and o.ring_at = q.ring_at
        order by q.id for update of q);
    if live <> '{}' then
        perform end_jobs(live, 'cancelled', why);
    end if;
    update audio a
    set status = case when a.status = 'ready' then 'superseded' else 'failed' end, reason = why
    from unnest(alarm_ids, rings) as o (alarm_id, ring_at)
    where a.alarm_id = o.alarm_id and a.ring_at = o.ring_at and a.audio_type = 'combined' and a.status in ('generating', 'ready');
end
$$;

-- Of some occurrences that are still to come: what was heard so far is out of date. A job that nobody has begun stays, and need not
-- wait any more; any other one is ended, and a new one is put in.
create or replace function onealarm.remake_occurrences(alarm_ids uuid[], rings timestamptz[], why text) returns void
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
declare
    live  bigint[];
    begun bigint[];
begin
    live := array(
        select q.id from live_jobs q
        join unnest(alarm_ids, rings) as o (alarm_id, ring_at) on o.alarm_id = q.alarm_id and o.ring_at = q.ring_at
        order by q.id for update of q);
    begun := array(select q.id from live_jobs q where q.id = any (live) and q.state = 'leased');
    perform hint_jobs(min(q.ring_at), min(q.id), max(q.ring_at), max(q.id))
    from live_jobs q
    where q.id = any (live) and q.state = 'waiting' and q.attempt > 0
    having count(*) > 0;
    update live_jobs q set run_after = null, attempt = 0, reason = null
    where q.id = any (live) and q.state = 'waiting' and q.attempt > 0;
    if begun <> '{}' then
        perform end_jobs(begun, 'cancelled', why);
    end if;
    update audio a
    set status = 'superseded', reason = why
    from unnest(alarm_ids, rings) as o (alarm_id, ring_at)
    where a.alarm_id = o.alarm_id and a.ring_at = o.ring_at and a.audio_type = 'combined' and a.status = 'ready';
    insert into live_jobs (alarm_id, user_id, ring_at, scheduled_for)
    select a.id, a.user_id, o.ring_at, o.ring_at - onealarm.lead()
    from unnest(alarm_ids, rings) as o (alarm_id, ring_at) join alarms a on a.id = o.alarm_id
    where a.next_trigger_at = o.ring_at       -- asked anew: while the locks were waited for it may have gone
       or exists (select from snoozes s where s.alarm_id = a.id and s.ring_at = o.ring_at)
    order by a.id
    on conflict (alarm_id, (ring_at at time zone 'UTC')) do nothing;
end
$$;

-- An alarm whose coming ring moved or is no more: the old ring's work ends, unless a snooze rings at that instant too, and the new ring
-- gets a job. A ring that has passed is left to expire. One that is heard otherwise, at the same ring: made again. One that its user
-- turned off: its snoozes end too.
create or replace function onealarm.follow_alarms() returns trigger
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
        insert into live_jobs (alarm_id, user_id, ring_at, scheduled_for)
        select o.alarm_id, o.user_id, o.ring_at, o.ring_at - onealarm.lead()
        from unnest(placed_ids, placed_users, placed_rings) as o (alarm_id, user_id, ring_at)
        order by o.alarm_id
        on conflict (alarm_id, (ring_at at time zone 'UTC')) do nothing;
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

create or replace function onealarm.forget_alarms() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
declare
    ids uuid[] := array(select id from gone order by id);
begin
    perform end_occurrences(array_agg(q.alarm_id), array_agg(q.ring_at), 'the alarm was deleted')
    from live_jobs q
    where q.alarm_id = any (ids)
    having count(*) > 0;
    delete from audio where alarm_id = any (ids);
    delete from ended_jobs e
    where e.user_id in (select g.user_id from gone g where not exists (select from users u where u.id = g.user_id));
    return null;
end
$$;

-- A snooze has a job of its own, and takes it along when it is deleted, unless the alarm itself rings at that instant.
create or replace function onealarm.follow_snooze() returns trigger
language plpgsql security definer set search_path = public, onealarm, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        insert into live_jobs (alarm_id, user_id, ring_at, scheduled_for)
        values (new.alarm_id, new.user_id, new.ring_at, new.ring_at - onealarm.lead())
        on conflict (alarm_id, (ring_at at time zone 'UTC')) do nothing;
    elsif not exists (select from alarms a where a.id = old.alarm_id and a.next_trigger_at = old.ring_at) then
        perform end_occurrences(array[old.alarm_id], array[old.ring_at], 'the snooze was ended');
    end if;
    return null;
end
$$;

-- The versions of what some jobs are made of, alarm and preferences, held still until the caller's transaction ends: an edit that is on
-- its way is waited for, and one that comes later finds what the caller has published.
drop function onealarm.hold_wish(bigint, bigint);
create function onealarm.hold_wishes(job_ids bigint[]) returns table (job_id bigint, versions bigint[])
language plpgsql security definer set search_path = public, onealarm, pg_temp set enable_seqscan = off
as $$
begin
    perform from user_preferences p
    where p.user_id = any (array(select q.user_id from live_jobs q where q.id = any (job_ids))) order by p.user_id for share;
    perform from alarms a
    where a.id = any (array(select q.alarm_id from live_jobs q where q.id = any (job_ids))) order by a.id for share;
    return query
        select q.id, array[coalesce(a.version, 0), coalesce(p.version, 0)]
        from unnest(job_ids) as mine (id)
        cross join lateral (select j.* from live_jobs j where j.id = mine.id limit 1) as q
        left join alarms a on a.id = q.alarm_id left join user_preferences p on p.user_id = q.user_id;
end
$$;

alter table audio_generation_queue enable row level security;
revoke all on all functions in schema onealarm from public;
do $$
begin
    if exists (select from pg_roles where rolname = 'authenticated') and to_regprocedure('auth.uid()') is not null then
        revoke all on audio_generation_queue from anon, authenticated;
        grant select on audio_generation_queue to authenticated;
        create policy own_jobs on audio_generation_queue for select to authenticated using (user_id = auth.uid());
    end if;
    if exists (select from pg_roles where rolname = 'service_role') then
        grant all on audio_generation_queue to service_role;
        grant all on all tables in schema onealarm to service_role;
        grant all on all sequences in schema onealarm to service_role;
        grant execute on all functions in schema onealarm to service_role;
    end if;
end
$$;
