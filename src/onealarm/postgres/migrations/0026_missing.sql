-- What a briefing lacks since a source failed; it is tried again while there is time.

alter table audio add column missing jsonb not null default '{}' check (jsonb_typeof(missing) = 'object');

drop index degraded_audio;
create index degraded_audio on audio (ring_at)
    where status = 'ready' and (tier in ('short', 'local') or missing <> '{}') and audio_type = 'combined';
