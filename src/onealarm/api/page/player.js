// One player: the sound, its sections as chapters, and the transcript that follows it.

import { playable, token } from "./api.js";
import { SECTIONS, minutesAndSeconds, playingOf } from "./words.js";

const TEMPLATE = document.getElementById("player-template");

/** Fill `place` with a player for what `answer` says to play. It is left alone while the same sound stays. */
export function showPlayer(place, answer) {
  const manifest = answer.audio;
  const name = manifest ? manifest.etag : "";
  const audio = place.querySelector("audio");
  if (place.dataset.sound === name || (audio && !audio.paused)) {
    return; // what is being listened to is not taken away; the next look brings the new one
  }
  place.dataset.sound = name;
  place.replaceChildren();
  if (manifest) {
    place.append(...newPlayer(manifest, playingOf(answer)));
  }
}

function newPlayer(manifest, title) {
  const parts = TEMPLATE.content.cloneNode(true);
  const audio = parts.querySelector("audio");
  const problem = parts.querySelector(".problem");
  parts.querySelector(".playing").textContent = title;
  parts.querySelector(".disclosure").textContent = [manifest.disclosure, ...manifest.credits.map((one) => one.attribution)].join(" ");
  audio.setAttribute("aria-label", title);
  const chapters = manifest.sections.map((section) => newChapter(section, audio));
  const paragraphs = manifest.sections.map(newParagraph);
  parts.querySelector(".chapters").append(...chapters.map((button) => inItem(button)));
  parts.querySelector(".transcript").append(...paragraphs);
  follow(audio, manifest.sections, chapters, paragraphs);
  audio.addEventListener("error", () => (problem.textContent = "The sound could not be played."), true);
  audio.addEventListener("playing", () => (problem.textContent = ""));
  if (token.get()) {
    loadWhenAsked(parts, audio, manifest.files, problem);
  } else {
    audio.append(newSource(manifest.files.m4a), newSource(manifest.files.aac));
    parts.querySelector(".ring-clip").href = manifest.files.ring.url;
  }
  return parts.children;
}

function newSource(file) {
  const source = document.createElement("source");
  source.src = file.url;
  source.type = file.mime;
  return source;
}

function newChapter(section, audio) {
  const button = document.createElement("button");
  const at = document.createElement("span");
  button.type = "button";
  at.className = "at";
  at.textContent = minutesAndSeconds(section.start_ms);
  button.append(SECTIONS[section.kind] ?? section.kind, " ", at);
  button.addEventListener("click", () => {
    audio.currentTime = section.start_ms / 1000;
    audio.play().catch(() => {}); // why it cannot be played is told by its error event
  });
  return button;
}

function newParagraph(section) {
  const paragraph = document.createElement("p");
  paragraph.dir = "auto";
  paragraph.textContent = section.display;
  return paragraph;
}

function inItem(element) {
  const item = document.createElement("li");
  item.append(element);
  return item;
}

/** Mark the section that is being heard; a pause belongs to the section before it. */
function follow(audio, sections, chapters, paragraphs) {
  audio.addEventListener("timeupdate", () => {
    const heard = audio.currentTime * 1000 + 1; // a seek may land a fraction early
    const current = audio.ended ? -1 : sections.findLastIndex((section) => section.start_ms <= heard);
    for (const marks of [chapters, paragraphs]) {
      marks.forEach((mark, number) => {
        if (number === current) {
          mark.setAttribute("aria-current", "true");
        } else {
          mark.removeAttribute("aria-current");
        }
      });
    }
  });
}

/** An audio element sends no token: the sound is fetched, when it is asked for, and played from the copy. */
function loadWhenAsked(parts, audio, files, problem) {
  const load = parts.querySelector(".load");
  const chapters = parts.querySelector(".chapters");
  const clip = parts.querySelector(".ring-clip");
  audio.hidden = chapters.hidden = true;
  load.hidden = false;
  load.addEventListener("click", async () => {
    load.disabled = true;
    try {
      audio.src = await playable(files.m4a);
      audio.hidden = chapters.hidden = false;
      load.hidden = true;
      await audio.play();
    } catch (error) {
      problem.textContent = `The sound could not be loaded: ${error.message}`;
    } finally {
      load.disabled = false;
    }
  });
  clip.href = "#";
  clip.addEventListener("click", async (event) => {
    if (clip.getAttribute("href") === "#") {
      event.preventDefault();
      clip.href = await playable(files.ring);
      clip.click();
    }
  });
}
