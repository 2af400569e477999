-- name: find_or_claim_editions
-- One look for all topics of a briefing. One that is not fresh becomes ours, unless somebody alive collects it: its claim is younger than
-- onealarm.stale(), or its worker beats. One of this worker's ($3) that it knows nothing of ($4) is a forgotten one. What makes it strictly
-- one is the topic's own row: whoever comes second sees what the first one wrote. Topics are sorted, so that two cannot deadlock.
-- An edition older than $5 allows is not told.
with wanted as (
    select * from unnest($1::text[], $2::text[], $5::interval[]) as w (topic, kind, usable_for)
), claimed as (
    insert into onealarm.topics as t (topic, kind, worker_id, token, claimed_at, wanted_at)
    select w.topic, w.kind, $3, nextval('onealarm.lease_tokens'), onealarm.now(), onealarm.now()
    from wanted w
    where not exists (select from onealarm.topics r where r.topic = w.topic and r.fresh_until > onealarm.now())
    order by w.topic
    on conflict (topic) do update
    set worker_id = excluded.worker_id, token = excluded.token, claimed_at = excluded.claimed_at, wanted_at = excluded.wanted_at
    where t.fresh_until <= onealarm.now() and (
        t.worker_id is null
        or (t.worker_id = $3 and t.topic <> all ($4::text[]))
        or (not onealarm.beats(t.claimed_at)
            and not exists (select from onealarm.workers k where k.id = t.worker_id and onealarm.beats(k.beat_at))))
    returning t.topic, t.token
)
select onealarm.now() as now, w.topic, c.token, coalesce(t.fresh_until > onealarm.now(), false) as settled, t.reason, d.edition_at, d.items,
       d.credits
from wanted w
left join claimed c on c.topic = w.topic
left join onealarm.topics t on t.topic = w.topic
left join lateral (
    select e.edition_at, e.items, e.credits from daily_content e
    where e.topic = w.topic and e.edition_at > onealarm.now() - w.usable_for
    order by e.edition_at desc
    limit 1
) as d on true;

-- name: finish_edition
-- There for everybody until $3, in one statement that names the claim.
with done as (
    update onealarm.topics
    set worker_id = null, claimed_at = null, fresh_until = greatest($3, onealarm.now()), failures = 0, reason = null
    where topic = $1 and token = $2 and worker_id is not null
    returning topic, kind, fresh_until
)
insert into daily_content (topic, kind, edition_at, valid_until, items, credits)
select topic, kind, onealarm.now(), fresh_until, $4, $5 from done
on conflict (topic, edition_at) do update
set valid_until = excluded.valid_until, items = excluded.items, credits = excluded.credits
returning id;

-- name: fail_edition
-- Its source is left alone about it: as long as it asks for ($6), or for $4, doubled with each failure in a row up to $5.
update onealarm.topics
set worker_id = null, claimed_at = null, failures = least(failures + 1, 1000), reason = $3,
    fresh_until = onealarm.now() + coalesce($6::interval, least($4::interval * 2 ^ least(failures, 10), $5::interval))
where topic = $1 and token = $2 and worker_id is not null;

-- name: list_wanted_topics
-- What the alarms whose work begins within $1 will ask for and is not fresh: by the ten minutes of the first ring, then by how many want
-- it. Only waiting jobs are looked at, so what is being made is not counted. At most $2 jobs are looked at, and $3 topics told.
with soon as materialized (
    select q.ring_at, q.alarm_id, q.user_id from onealarm.live_jobs q
    where q.ring_at > onealarm.now() and q.ring_at <= onealarm.now() + onealarm.lead() + $1::interval and q.state = 'waiting'
    order by q.ring_at, (q.id + 0)
    limit $2
), listeners as materialized (
    select s.ring_at, s.user_id, a.timezone, lower(split_part(p.language, '-', 1)) as language, p.place_name, p.latitude, p.longitude,
           p.include_weather, p.include_news, p.include_sport, p.include_markets, p.news_categories, p.teams, p.tickers
    from soon s join alarms a on a.id = s.alarm_id join user_preferences p on p.user_id = s.user_id
), asked as (
    select l.ring_at, 'news' as kind, 'news/' || l.language || '/' || c.category as topic
    from listeners l cross join lateral unnest(l.news_categories) as c (category) where l.include_news
    union all
    select l.ring_at, 'sport', 'sport/' || t.team from listeners l cross join lateral unnest(l.teams) as t (team) where l.include_sport
    union all
    select l.ring_at, 'markets', 'markets/' || t.symbol
    from listeners l cross join lateral unnest(l.tickers) as t (symbol) where l.include_markets
    union all
    select l.ring_at, 'weather', 'weather/' || round(l.latitude::numeric, 1) || ',' || round(l.longitude::numeric, 1) || '/'
           || to_char(onealarm.wall_time_of(l.ring_at, l.timezone), 'YYYY-MM-DD') || '/' || l.timezone
    from listeners l
    where l.include_weather and l.place_name is not null and not exists (
        select from weather_data w where w.user_id = l.user_id and w.updated_at > onealarm.now() - interval '12 hours')
), counted as (
    select kind, topic, count(*) as alarms, min(ring_at) as first_ring_at from asked group by kind, topic
)
select c.kind, c.topic, c.alarms, c.first_ring_at
from counted c left join onealarm.topics t on t.topic = c.topic
where coalesce(t.fresh_until, '-infinity') <= onealarm.now() and c.kind = any ($4::text[])
order by date_bin(interval '10 minutes', c.first_ring_at, '2000-01-01 00:00+00'), c.alarms desc, c.topic
limit $3;

-- name: forget_editions
-- Editions are kept for $1, and topics that nobody has wanted for so long go with them.
with topics as (
    delete from onealarm.topics where wanted_at < onealarm.now() - $1::interval and worker_id is null returning topic
), editions as (
    delete from daily_content where edition_at < onealarm.now() - $1::interval returning id
)
select (select count(*) from topics) + (select count(*) from editions) as forgotten;
