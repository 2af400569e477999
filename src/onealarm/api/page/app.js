// The page: the next alarms, how far their briefings are, and a player for each. Names and labels are others' words:
// they are only ever set as text.

import { SignedOut, read, token } from "./api.js";
import { showPlayer } from "./player.js";
import { clockOf, dayOf, inHowLong, reasonOf, statusOf } from "./words.js";

const EVERY = 5_000;
const MOST = 20; // alarms whose briefings are looked at

const element = (id) => document.getElementById(id);
const cards = new Map();
let timer;

async function look() {
  try {
    const [{ members }, { alarms }] = await Promise.all([read("/v1/household"), read("/v1/alarms")]);
    const next = alarms.filter((alarm) => alarm.active).slice(0, MOST);
    const audio = await Promise.all(next.map((alarm) => read(`/v1/alarms/${alarm.id}/audio`)));
    show(alarms, next, audio, new Map(members.map((member) => [member.user_id, member.name])));
  } catch (error) {
    if (error instanceof SignedOut) {
      askForToken();
      return;
    }
    say(`OneAlarm cannot be reached (${error.message}). Trying again …`);
  }
  clearTimeout(timer); // of another look that was under way
  timer = setTimeout(look, EVERY);
}

function show(alarms, next, audio, names) {
  element("sign-in").hidden = true;
  element("sign-out").hidden = !token.get();
  element("nothing").hidden = alarms.length > 0;
  element("next").hidden = next.length === 0;
  showNext(next, audio, names);
  showOff(alarms.filter((alarm) => !alarm.active), names);
  if (next.length === 0) {
    say(alarms.length === 0 ? "There is no alarm yet." : "All alarms are turned off.");
  } else {
    say(`The next alarm rings at ${clockOf(new Date(next[0].next_ring_at), next[0].timezone)}.`);
  }
}

function showNext(next, audio, names) {
  const present = new Set(next.map((alarm) => alarm.id));
  for (const [id, card] of cards) {
    if (!present.has(id)) {
      card.remove();
      cards.delete(id);
    }
  }
  next.forEach((alarm, place) => {
    const card = cards.get(alarm.id) ?? newCard(alarm.id);
    fill(card, alarm, audio[place], names.get(alarm.user_id));
    if (element("alarms").children[place] !== card) {
      element("alarms").insertBefore(card, element("alarms").children[place] ?? null);
    }
  });
}

function newCard(id) {
  const card = element("alarm-template").content.firstElementChild.cloneNode(true);
  cards.set(id, card);
  return card;
}

function fill(card, alarm, audio, name) {
  const ring = new Date(alarm.next_ring_at);
  const part = (selector) => card.querySelector(selector);
  part(".clock").dateTime = alarm.next_ring_at;
  set(part(".clock"), clockOf(ring, alarm.timezone));
  set(part(".when"), `${dayOf(ring, alarm.timezone)}, ${inHowLong(ring, new Date())}`);
  set(part(".label"), alarm.label ?? "");
  set(part(".whose"), [name ? `for ${name}` : "", alarm.timezone].filter(Boolean).join(" · "));
  part(".badge").dataset.status = audio.status;
  set(part(".badge"), statusOf(audio));
  set(part(".reason"), reasonOf(alarm, audio));
  showPlayer(part(".player"), audio);
}

function showOff(alarms, names) {
  element("off").hidden = alarms.length === 0;
  element("alarms-off").replaceChildren(
    ...alarms.map((alarm) => {
      const item = document.createElement("li");
      item.dir = "auto";
      item.textContent = [alarm.time.slice(0, 5), alarm.label, names.get(alarm.user_id)].filter(Boolean).join(" · ");
      return item;
    }),
  );
}

function askForToken() {
  const wrong = Boolean(token.get());
  token.forget();
  cards.clear();
  element("alarms").replaceChildren();
  for (const id of ["nothing", "next", "off", "sign-out"]) {
    element(id).hidden = true;
  }
  element("sign-in").hidden = false;
  element("sign-in-problem").textContent = wrong ? "This token is not known." : "";
  say("Please sign in.");
  element("token").focus();
}

function say(text) {
  set(element("summary"), text);
}

/** What has not changed is not written again, so that it is not read out again. */
function set(target, text) {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

element("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  token.set(element("token").value.trim());
  element("token").value = "";
  look();
});

element("sign-out").addEventListener("click", () => {
  token.forget();
  look();
});

look();
