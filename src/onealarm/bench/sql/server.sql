-- What is asked of the server itself.

-- name: read_settings
-- Those that decide how fast anything can be.
select
  current_setting('server_version') as server_version,
  current_setting('fsync') as fsync,
  current_setting('synchronous_commit') as synchronous_commit,
  current_setting('full_page_writes') as full_page_writes,
  current_setting('shared_buffers') as shared_buffers,
  current_setting('wal_level') as wal_level,
  current_setting('wal_compression') as wal_compression,
  current_setting('max_wal_size') as max_wal_size,
  current_setting('max_connections') as max_connections;

-- name: read_wal
-- Written so far: bytes, full-page images, and the position as a number of bytes.
select
  wal_bytes::bigint as bytes,
  wal_fpi as images,
  (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint as position,
  current_setting('block_size')::int as page
from pg_stat_wal;

-- name: report_own_wal
-- This session's own counters, which would otherwise appear in the middle of a phase.
select pg_stat_force_next_flush();

-- name: count_sessions
-- Those of others: what they wrote is counted for certain once they have gone.
select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid();
