-- One way to each job. The claim's index also holds the ids, so a plan that was made while the table was empty could look for a job's id
-- along all of it. A condition that is always true keeps it to those who ask for it: whoever reads in the order of rings says id > 0.
drop index onealarm.claim_jobs;
create index claim_jobs on onealarm.live_jobs (ring_at, id) where id > 0;

-- As before (0011_queue_engine.sql), but the jobs are found by their ids whatever the planner believes.
create or replace function onealarm.hold_wishes(job_ids bigint[]) returns table (job_id bigint, versions bigint[])
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
