"""What of Supabase the migrations meet: its client roles, ``auth.users`` and ``auth.uid()``."""

from __future__ import annotations

from typing import Final

import asyncpg

_ROLES: Final = """
do $$
begin
    perform pg_advisory_xact_lock(4711);
    if not exists (select from pg_roles where rolname = 'anon') then create role anon nologin; end if;
    if not exists (select from pg_roles where rolname = 'authenticated') then create role authenticated nologin; end if;
    if not exists (select from pg_roles where rolname = 'service_role') then
        create role service_role nologin bypassrls;
    end if;
end
$$
"""

_AUTH: Final = """
create schema auth;
create table auth.users (id uuid primary key default gen_random_uuid(), email text);
create function auth.uid() returns uuid language sql stable
as $$ select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
grant usage on schema public, auth to anon, authenticated, service_role;
grant execute on function auth.uid() to anon, authenticated, service_role;
alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
"""


async def make_like_supabase(url: str) -> None:
    """Give a bare database Supabase's roles (shared by the whole server) and stubs."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_ROLES)
        await connection.execute(_AUTH)
    finally:
        await connection.close()
