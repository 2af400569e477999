-- name: list_missing
-- Briefings that can be played and have no file of this form, the earliest ring first.
select a.* from audio a
where a.audio_type = 'combined' and a.status = 'ready' and a.expires_at > onealarm.now()
  and not exists (
      select from onealarm.materials m
      where m.audio_id = a.id and m.form = $1 and m.etag = a.etag and m.made_at is not null)
order by a.ring_at, a.id
limit $2;

-- name: intend_material
-- What is about to be written: from here on it is cleared away when it is over, whatever happens to its writer.
insert into onealarm.materials (name, audio_id, etag, form) values ($1, $2, $3, $4) on conflict (name) do nothing;

-- name: keep_material
-- It is there.
update onealarm.materials set size_bytes = $2, sha256 = $3, made_at = onealarm.now() where name = $1 returning name;

-- name: list_stale
-- Files whose briefing is over, gone, withdrawn, or has another sound by now.
select m.name from onealarm.materials m
where not exists (
    select from audio a
    where a.id = m.audio_id and a.etag = m.etag and a.status = 'ready' and (a.expires_at is null or a.expires_at > onealarm.now()))
order by m.name
limit $1;

-- name: forget_materials
-- Their objects are gone.
delete from onealarm.materials where name = any ($1);
