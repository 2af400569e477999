-- name: open_budget
-- The day's budget in one unit, if it is not open yet; a changed amount counts at once.
insert into onealarm.budgets as b (day, unit, amount)
values ((onealarm.now() at time zone 'UTC')::date, $1, $2::double precision::numeric)
on conflict (day, unit) do update set amount = excluded.amount where b.amount is distinct from excluded.amount;

-- name: settle_chunk
-- A worker has spent $2 of the chunk with a token ($1): that much is spent, and the chunk is gone. One that ran out was taken for spent,
-- and one that was settled before is gone: then nothing changes.
with gone as (
    delete from onealarm.spend_chunks where token = $1 and worker_id = $3 returning day, unit, reserved
)
update onealarm.budgets b
set spent = b.spent + $2::double precision::numeric, reserved = b.reserved - gone.reserved
from gone where b.day = gone.day and b.unit = gone.unit
returning true;

-- name: reserve_chunk
-- A chunk for a worker ($1) of today's budget in a unit ($2): what it wants ($3), or what is left. The row's lock makes reservations one
-- after the other, so they never promise more than there is. It has to be settled within $4. A chunk that it has already and does not
-- know of (the answer was lost) is taken for spent.
with today as (
    select day, unit, amount, spent, reserved, full_share, short_share, full_cost, short_cost
    from onealarm.budgets
    where day = (onealarm.now() at time zone 'UTC')::date and unit = $2
    for update
), lost as (
    select c.reserved from onealarm.spend_chunks c join today t using (day, unit) where c.worker_id = $1
), given as (
    select t.*, least($3::double precision::numeric, greatest(0, t.amount - t.spent - t.reserved)) as chunk,
           coalesce((select reserved from lost), 0) as lost
    from today t
), taken as (
    update onealarm.budgets b set spent = b.spent + g.lost, reserved = b.reserved - g.lost + g.chunk
    from given g where b.day = g.day and b.unit = g.unit
    returning g.day, g.unit, g.chunk, g.full_share, g.short_share, g.full_cost, g.short_cost
), kept as (
    insert into onealarm.spend_chunks (day, unit, worker_id, reserved, expires_at)
    select day, unit, $1, chunk, onealarm.now() + $4::interval from taken
    on conflict (day, unit, worker_id) do update
    set token = excluded.token, reserved = excluded.reserved, expires_at = excluded.expires_at
    returning token
)
select t.day, k.token, t.chunk::double precision as chunk, t.full_share, t.short_share, t.full_cost, t.short_cost,
       onealarm.now() as instant
from taken t, kept k;

-- name: expire_chunks
-- Chunks whose worker fell silent are taken for spent: nobody knows how much of them was. The budgets are locked first, as by who reserves.
with locked as materialized (
    select day, unit from onealarm.budgets where reserved > 0 order by day, unit for update
), gone as (
    delete from onealarm.spend_chunks c
    where (c.day, c.unit) in (select day, unit from locked) and c.expires_at <= onealarm.now()
    returning c.day, c.unit, c.reserved
), sums as (
    select day, unit, sum(reserved) as reserved from gone group by day, unit
)
update onealarm.budgets b
set spent = b.spent + s.reserved, reserved = b.reserved - s.reserved
from sums s where b.day = s.day and b.unit = s.unit
returning b.unit;

-- name: find_standing
-- How today's budget in a unit stands.
select amount::double precision as amount, spent::double precision as spent, reserved::double precision as reserved,
       full_share, short_share, told, told_ahead, onealarm.now() as instant
from onealarm.budgets
where day = (onealarm.now() at time zone 'UTC')::date and unit = $1;

-- name: set_mix
-- The mix until the next refresh, what an alarm is expected to cost, and the alerts that were given, by the leader of epoch $1.
update onealarm.budgets
set full_share = $3, short_share = $4, told = greatest(told, $5), told_ahead = told_ahead or $6, full_cost = $7, short_cost = $8,
    epoch = $1
where day = (onealarm.now() at time zone 'UTC')::date and unit = $2 and epoch <= $1
returning true;

-- name: add_use
-- So much more of a platform's quota was used today ($1 unit, $2 amount of a day, $3 use).
insert into onealarm.budgets as b (day, unit, amount, spent)
values ((onealarm.now() at time zone 'UTC')::date, $1, $2::double precision::numeric, $3::double precision::numeric)
on conflict (day, unit) do update set amount = excluded.amount, spent = b.spent + excluded.spent;

-- name: set_use
-- So much of a platform's quota is in use: what is stored is not a day's sum.
insert into onealarm.budgets as b (day, unit, amount, spent)
values ((onealarm.now() at time zone 'UTC')::date, $1, $2::double precision::numeric, $3::double precision::numeric)
on conflict (day, unit) do update set amount = excluded.amount, spent = excluded.spent
where (b.amount, b.spent) is distinct from (excluded.amount, excluded.spent);

-- name: set_told
-- The alerts that were given for a unit, by the leader of epoch $1.
update onealarm.budgets set told = greatest(told, $3), told_ahead = told_ahead or $4, epoch = $1
where day = (onealarm.now() at time zone 'UTC')::date and unit = $2 and epoch <= $1
returning true;

-- name: find_efficiency
-- What was paid for between two instants, and how much of it is in a briefing that was ready $3 before its ring, in US dollars. A segment
-- counts once, however many briefings have it; calls that came to nothing or were made twice count as paid. By when it was made, and by
-- the index of expiries: what a briefing held is known for 48 hours after its ring.
with made as (
    select distinct part ->> 'key' as key
    from audio a, jsonb_array_elements(a.parts) as part
    where a.audio_type = 'combined' and a.generated_at >= $1 and a.generated_at < $2 and a.generated_at <= a.ring_at - $3::interval
      and a.status in ('ready', 'superseded') and a.expires_at > $1 + interval '48 hours'
), paid as (
    select s.usd, exists (select from made m where m.key = s.key) as in_time
    from onealarm.segments s where s.paid_at >= $1 and s.paid_at < $2 and s.usd > 0
), failed as (
    select coalesce(sum(p.usd), 0) as usd from onealarm.paid_calls($1, $2) as p where p.kind not in ('speech', 'writing', 'dropped')
)
select coalesce(sum(p.usd) filter (where p.in_time), 0)::double precision as in_time,
       (coalesce(sum(p.usd), 0) + (select usd from failed))::double precision as paid
from paid p;
