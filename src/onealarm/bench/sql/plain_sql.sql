-- Plain batched SQL of our shape: the best that one writes by hand, without triggers and functions.

-- name: create_tables
-- The queue, its history and the tokens; the one index that claims walk.
create sequence tokens;
create table jobs (
  id bigint generated always as identity primary key,
  alarm_id uuid not null,
  user_id uuid not null,
  ring_at timestamptz not null,
  state text not null default 'waiting',
  attempt smallint not null default 0,
  lease_token bigint,
  worker_id uuid
);
create index jobs_to_claim on jobs (ring_at, id) where state = 'waiting';
create table history (
  id bigint primary key,
  alarm_id uuid not null,
  user_id uuid not null,
  ring_at timestamptz not null,
  state text not null,
  attempt smallint not null,
  finished_at timestamptz not null
);

-- name: enqueue
-- Many jobs in one statement.
insert into jobs (alarm_id, user_id, ring_at)
select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]);

-- name: claim
-- The earliest rings; the array lets the update find its rows by the primary key.
with due as materialized (
  select id from jobs where state = 'waiting' order by ring_at, id limit $1 for update skip locked
)
update jobs set state = 'leased', lease_token = nextval('tokens'), worker_id = $2, attempt = attempt + 1
where id = any (array(select id from due))
returning id, alarm_id, user_id, ring_at, attempt, lease_token;

-- name: complete
-- Only what is still ours moves to the history.
with gone as (
  delete from jobs using unnest($1::bigint[], $2::bigint[]) as held (id, token)
  where jobs.id = held.id and jobs.lease_token = held.token
  returning jobs.id, jobs.alarm_id, jobs.user_id, jobs.ring_at, jobs.attempt
)
insert into history select id, alarm_id, user_id, ring_at, 'done', attempt, now() from gone;

-- name: count_jobs
-- Where they are.
select
  (select count(*) from jobs where state = 'waiting') as waiting,
  (select count(*) from jobs where state = 'leased') as leased,
  (select count(*) from history where state = 'done') as done;
