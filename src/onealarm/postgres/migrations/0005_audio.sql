-- Audio: segments, spoken once for the whole fleet, and briefings, each kept as its list of segments.

create table onealarm.segments (
    key           text primary key check (key ~ '^[0-9a-f]{64}$'),
    state         text not null check (state in ('speaking', 'ready')),
    worker_id     uuid not null,                 -- who speaks it, or spoke it
    token         bigint not null,
    engine        text not null,
    voice         text not null,
    text          text,                          -- null where it holds a name or a client's words: those stay unwritten
    frames        integer check (frames > 0),
    onset_sample  integer check (onset_sample >= 0),
    end_sample    integer check (end_sample > onset_sample),
    size_bytes    integer check (size_bytes > 0),
    lufs          real,
    true_peak     real,
    times_claimed smallint not null default 1,   -- more than once means that its first speaker died over it
    last_used_at  timestamptz not null default onealarm.now(),
    constraint ready_is_measured check (
        (state = 'ready') = (frames is not null and onset_sample is not null and end_sample is not null
                             and size_bytes is not null and true_peak is not null))
);
create index segments_by_last_use on onealarm.segments (last_used_at);

-- The gain that brings a voice to the target loudness, for segments too short to be measured by themselves.
create table onealarm.voice_gains (
    engine       text not null,
    voice        text not null,
    gain_db      real not null check (gain_db between -60 and 60),
    primary key (engine, voice)
);

create table audio (
    id                uuid primary key default gen_random_uuid(),
    user_id           uuid references users on delete cascade,
    -- No foreign key: the trigger of alarms deletes these rows, in the order of locks that a worker takes.
    alarm_id          uuid,
    ring_at           timestamptz,
    audio_type        text not null default 'combined' check (audio_type in ('combined', 'stock')),
    status            text not null check (status in ('generating', 'ready', 'failed', 'expired', 'superseded')),
    cache_status      text not null default 'pending' check (
        cache_status in ('pending', 'downloading', 'cached', 'failed', 'armed')),
    tier              text check (tier in ('full', 'short', 'local', 'stock')),
    reason            text,                      -- why the tier is not full, or why there is no audio
    engine            text,
    voice             text not null,
    parts             jsonb not null default '[]',   -- the segments and pauses in order: what the bytes are composed of
    sections          jsonb not null default '[]',   -- kind, start_ms, end_ms, text, display, shared
    duration_seconds  double precision,
    file_size         bigint,
    etag              text,
    generated_at      timestamptz,
    expires_at        timestamptz,
    constraint stock_is_nobodys check (
        (audio_type = 'stock') = (user_id is null) and (user_id is null) = (alarm_id is null)
        and (alarm_id is null) = (ring_at is null)),
    constraint ready_can_be_played check (
        status not in ('ready', 'superseded')
        or (parts <> '[]' and tier is not null and duration_seconds > 0 and file_size > 0 and etag is not null
            and generated_at is not null))
);
create unique index one_audio_per_occurrence on audio (alarm_id, ring_at)
    where audio_type = 'combined' and status in ('generating', 'ready', 'failed');
create unique index one_stock_per_voice on audio (engine, voice) where audio_type = 'stock';
create index audio_of_user on audio (user_id);
create index audio_by_expiry on audio (expires_at) where status in ('ready', 'superseded');
