// The visitor's own number: place and wait as they change; a call vibrates, flashes, sounds and stands in the title.

import { gong } from "./gong.js";
import { openLine } from "./line.js";
import { refresh } from "./live.js";

const PARTS = "#place, #stops, #give-back";
const SHAKES = [500, 200, 500, 200, 900];
const FLASH_MS = 6000;
const TITLE_MS = 1000;
const GONGS = 3;
const GONG_MS = 1700;

const page = document.querySelector("[data-own]");
const alarm = document.querySelector("[data-alarm]");
const plainTitle = document.title;
let known = { state: document.getElementById("place").dataset.state };
let audio;
let lock;
let titles;

function isOver(state) {
  return state === "done" || state === "cancelled";
}

function hearPlace(event) {
  const news = JSON.parse(event.data);
  const moved = known.state !== news.state || (known.calls ?? news.calls) !== news.calls
    || (known.received ?? news.received) !== news.received
    || (known.stop ?? news.stop) !== news.stop || (known.counter ?? news.counter) !== news.counter;
  const calledAnew = news.state === "called" && (known.state !== "called" || news.calls > (known.calls ?? news.calls));
  known = news;
  if (calledAnew) raiseAlarm(news.counter);
  if (news.state !== "called") calmDown();
  if (moved) refresh(PARTS);
  else write(news);
  if (isOver(news.state)) {
    close();
    lock?.release();
  }
}

function write(news) {
  for (const part of ["ahead", "wait", "because"]) {
    const line = document.querySelector(`[data-${part}]`);
    if (line && line.textContent !== news[part]) line.textContent = news[part];
  }
}

// --- The call --------------------------------------------------------------------------------------------------

function raiseAlarm(counter) {
  navigator.vibrate?.(SHAKES);
  document.body.classList.add("is-flashing");
  setTimeout(() => document.body.classList.remove("is-flashing"), FLASH_MS);
  for (let turn = 0; turn < GONGS && audio?.state === "running"; turn += 1) gong(audio, audio.currentTime + turn * GONG_MS / 1000);
  turnTitles(counter);
}

function turnTitles(counter) {
  clearInterval(titles);
  const call = `▶ ${page.dataset.calledTitle.replace("{counter}", counter)}`;
  document.title = call;
  titles = setInterval(() => (document.title = document.title === call ? plainTitle : call), TITLE_MS);
}

function calmDown() {
  clearInterval(titles);
  document.title = plainTitle;
  document.body.classList.remove("is-flashing");
}

// --- Awake and audible -------------------------------------------------------------------------------------------

async function stayAwake() {
  try {
    lock = await navigator.wakeLock?.request("screen");
  } catch {
    // The phone decides, for example when its battery is low.
  }
}

// Sound needs one touch of its owner, who hears at once what to listen for.
async function arm() {
  audio ??= new AudioContext();
  await audio.resume();
  gong(audio);
  navigator.vibrate?.(200);
  stayAwake();
  alarm.textContent = alarm.dataset.on;
  alarm.setAttribute("aria-pressed", "true");
}

if (alarm && globalThis.AudioContext && !isOver(known.state)) {
  alarm.closest("[data-alarm-part]").hidden = false;
  alarm.addEventListener("click", arm);
}
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  if (audio) {
    audio.resume();
    stayAwake();
  }
});
if (known.state === "called") turnTitles(document.getElementById("place").dataset.counter);
const close = isOver(known.state)
  ? () => {}
  : openLine(() => `/api/v1/tickets/${page.dataset.own}/events`, { hear: { place: hearPlace } });
