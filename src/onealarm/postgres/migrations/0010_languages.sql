-- Languages: a voice has a stock briefing and a gain in each language that it speaks. What was there before is English.

alter table audio add column language text;   -- of a stock briefing; null for one made for an alarm
update audio set language = 'en' where audio_type = 'stock';
alter table audio add constraint stock_has_a_language check (audio_type <> 'stock' or language is not null);
drop index one_stock_per_voice;
create unique index one_stock_per_voice on audio (engine, voice, language) where audio_type = 'stock';

alter table onealarm.voice_gains add column language text not null default 'en';
alter table onealarm.voice_gains alter column language drop default;
alter table onealarm.voice_gains drop constraint voice_gains_pkey;
alter table onealarm.voice_gains add primary key (engine, voice, language);
