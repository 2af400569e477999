-- What a worker tells of its calls and segments, and what the leader expects a briefing to need.

-- In all the worker's life, like what is done: briefings put together, the segments in them, those spoken for them or ahead of them, and the
-- calls of each model. Nothing that an index holds changes.
alter table onealarm.workers
    add column briefings bigint not null default 0,
    add column segments bigint not null default 0,
    add column spoken bigint not null default 0,
    add column speaking interval not null default '0',
    add column models jsonb not null default '[]';

-- Missing segments of a briefing of the coming hour, on average; null where nothing is known.
alter table onealarm.plans add column missing double precision;
