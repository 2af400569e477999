-- What a worker tells of its calls and segments, and what the leader expects a briefing to need.

-- In all the worker's life, like what is done: briefings put together, their segments that were there and that were spoken, and the calls
-- of each model. Nothing that an index holds changes.
alter table onealarm.workers
    add column briefings bigint not null default 0,
    add column reused bigint not null default 0,
    add column spoken bigint not null default 0,
    add column models jsonb not null default '[]';

-- Missing segments of a briefing of the coming hour, on average; null where nothing is known.
alter table onealarm.plans add column missing double precision;
