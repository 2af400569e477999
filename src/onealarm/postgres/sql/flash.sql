-- name: list_flash
-- The last ones of a name, newest first.
select * from onealarm.flash_briefings where name = $1 order by made_at desc, id limit $2;

-- name: save_flash
-- What two processes make at once is the same: the first one's row stays.
insert into onealarm.flash_briefings (id, name, title, text, duration_seconds, size_bytes) values ($1, $2, $3, $4, $5, $6)
on conflict (id) do nothing;

-- name: forget_flash
-- What no name of these ($1) has, and of each name what is over $2.
delete from onealarm.flash_briefings f
where f.name <> all ($1::text[])
   or f.id not in (select k.id from onealarm.flash_briefings k where k.name = f.name order by k.made_at desc, k.id limit $2)
returning f.name, f.id;
