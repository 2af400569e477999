// What the page says, in words.

export const SECTIONS = {
  greeting: "Greeting",
  date: "Date",
  sun: "Sun",
  holiday: "Holiday",
  weather: "Weather",
  news: "News",
  sport: "Sport",
  markets: "Markets",
  calendar: "Calendar",
  closing: "Closing",
};

const STATUS = {
  ready: "Ready",
  waiting: "Waiting",
  generating: "Being made",
  failed: "Could not be made",
  none: "Nothing planned",
};

const TIERS = {
  full: "full briefing",
  short: "short briefing",
  local: "local briefing",
  stock: "stock briefing",
  tone: "tone",
};

export function statusOf(audio) {
  return audio.status === "ready" ? `${STATUS.ready}: ${TIERS[audio.tier]}` : STATUS[audio.status];
}

export function reasonOf(alarm, audio) {
  const until = `Until then there is the ${TIERS[audio.tier]}.`;
  if (audio.status === "waiting" && !audio.reason && alarm.scheduled_for) {
    const due = new Date(alarm.scheduled_for);
    return due > new Date() ? `It is made from ${clockOf(due, alarm.timezone)}. ${until}` : `Its turn comes next. ${until}`;
  }
  if (audio.status === "failed") {
    return `${sentence(audio.reason)} The ${TIERS[audio.tier]} is played instead.`;
  }
  return audio.status === "ready" && audio.reason === null ? "" : sentence(audio.reason ?? until);
}

export function playingOf(audio) {
  return audio.status === "ready" ? "Listen to the briefing" : "Listen to the stock briefing";
}

export function clockOf(instant, zone) {
  return format(instant, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function dayOf(instant, zone) {
  return format(instant, zone, { weekday: "long", day: "numeric", month: "long" });
}

export function inHowLong(instant, now) {
  const minutes = Math.round((instant - now) / 60_000);
  if (minutes <= 0) {
    return "now";
  }
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  if (days > 0) {
    return `in ${days} d ${hours} h`;
  }
  return hours > 0 ? `in ${hours} h ${minutes % 60} min` : `in ${minutes} min`;
}

export function minutesAndSeconds(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function sentence(text) {
  return /[.!?]$/.test(text) ? capital(text) : `${capital(text)}.`;
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function format(instant, zone, options) {
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone }).format(instant);
  } catch {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }).format(instant) + " UTC"; // a zone that this browser does not know
  }
}
