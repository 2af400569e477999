-- name: tell_process
-- The process of the server that answers: behind a pooler not the one that was greeted.
select pg_backend_pid();
