-- Access: where the platform has client roles (Supabase: anon, authenticated, service_role), each user reaches his own rows of the
-- tables that the API serves, and nothing of schema onealarm. The owner of the tables, as which OneAlarm itself connects, is not bound.

alter table users enable row level security;
alter table user_preferences enable row level security;
alter table weather_data enable row level security;
alter table alarms enable row level security;
alter table audio_generation_queue enable row level security;
alter table audio enable row level security;
alter table logs enable row level security;

revoke all on all functions in schema onealarm from public;
revoke all on schema onealarm from public;

do $$
begin
    if exists (select from pg_roles where rolname = 'authenticated') and to_regprocedure('auth.uid()') is not null then
        -- Rights by column: nobody sets what the system computes, or moves a row to another user.
        revoke all on users, user_preferences, weather_data, alarms, audio_generation_queue, audio, logs from anon, authenticated;
        grant select on users, user_preferences, weather_data, alarms, audio_generation_queue, audio to authenticated;
        grant insert, update, delete on user_preferences, weather_data to authenticated;
        grant insert (id, user_id, label, alarm_time_local, alarm_date, days, timezone, active),
              update (label, alarm_time_local, alarm_date, days, timezone, active), delete on alarms to authenticated;
        grant update (cache_status) on audio to authenticated;
        grant insert (user_id, event_type, meta) on logs to authenticated;

        create policy own_user on users for select to authenticated using (id = auth.uid());
        create policy own_preferences on user_preferences to authenticated
            using (user_id = auth.uid()) with check (user_id = auth.uid());
        create policy own_weather on weather_data to authenticated
            using (user_id = auth.uid()) with check (user_id = auth.uid());
        create policy own_alarms on alarms to authenticated
            using (user_id = auth.uid()) with check (user_id = auth.uid());
        create policy own_jobs on audio_generation_queue for select to authenticated using (user_id = auth.uid());
        create policy own_audio on audio to authenticated
            using (user_id = auth.uid()) with check (user_id = auth.uid());
        create policy stock_audio on audio for select to authenticated using (audio_type = 'stock');
        create policy own_logs on logs for insert to authenticated with check (user_id = auth.uid());

        -- What the defaults and checks of these tables call.
        grant usage on schema onealarm to authenticated;
        grant execute on function onealarm.now(), onealarm.lead() to authenticated;
    end if;
    if exists (select from pg_roles where rolname = 'service_role') then
        grant usage on schema onealarm to service_role;
        grant all on users, user_preferences, weather_data, alarms, audio_generation_queue, audio, logs to service_role;
        grant all on all tables in schema onealarm to service_role;
        grant all on all sequences in schema onealarm to service_role;
        grant execute on all functions in schema onealarm to service_role;
    end if;
end
$$;
