-- name: lead
-- Be the leader of a purpose, or stay it: the epoch, or nothing while another leads. A lease that ran out is anybody's, even its last
-- holder's, who then begins a new epoch: what he knew may be old.
insert into onealarm.leaders as l (purpose, holder, epoch, expires_at) values ($1, $2, 1, onealarm.now() + $3::interval)
on conflict (purpose) do update
set holder = excluded.holder, expires_at = excluded.expires_at,
    epoch = l.epoch + (l.holder <> excluded.holder or l.expires_at <= onealarm.now())::integer
where l.holder = excluded.holder or l.expires_at <= onealarm.now()
returning l.epoch;

-- name: resign
-- Somebody else can lead at once.
update onealarm.leaders set expires_at = onealarm.now() where purpose = $1 and holder = $2;
