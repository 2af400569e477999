-- name: claim_slice
-- The slice that was swept longest ago, unless that is less than $1: no two processes take the same.
update onealarm.sweeps set swept_at = onealarm.now()
where slice = (
    select slice from onealarm.sweeps
    where swept_at <= onealarm.now() - $1::interval
    order by swept_at, slice
    limit 1
    for update skip locked)
returning slice;

-- name: list_slice
-- The segments whose keys begin with these two digits.
select key, token, size_bytes from onealarm.segments where left(key, 2) = $1;
