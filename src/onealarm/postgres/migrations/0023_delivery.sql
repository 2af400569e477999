-- Delivery: signed addresses, and private feeds.

-- A signature names its key by number. An older key holds until nothing that it signed can be good.
create table onealarm.signing_keys (
    number   bigint generated always as identity primary key,
    secret   bytea not null,
    made_at  timestamptz not null default onealarm.now()
);
insert into onealarm.signing_keys (secret)
values (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

do $$
begin
    if exists (select from pg_roles where rolname = 'service_role') then
        grant all on onealarm.signing_keys to service_role;
    end if;
end
$$;
