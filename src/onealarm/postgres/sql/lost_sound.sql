-- name: forget_lost_sound
-- Stock and segments whose bytes are gone: whoever wants them next speaks them again.
with stock as (
    delete from audio where audio_type = 'stock' and id = any ($1::uuid[])
)
delete from onealarm.segments
where key = any (array(
    select key from onealarm.segments where key = any ($2::text[]) and state = 'ready' order by key for update))
returning key;
