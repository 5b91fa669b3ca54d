// The display board. Calls come over the live line one by one; each is shown and spoken before the next one,
// however close they came. `?suara=` says what is heard: penuh (gong, spoken twice), sekali (spoken once),
// gong, mati. Nothing here grows with the day: at most MOST_WAITING calls wait and MOST_LISTED are listed.

import { openLine } from "./line.js";
import { refresh } from "./live.js";
import { Voice } from "./voice.js";

const SHOW_MS = 5000;
const PAUSE_MS = 700;
const SILENCE_MS = 4500;
const MOST_WAITING = 40;
const MOST_LISTED = 10;
// An older call is history: it is listed, but nobody is sent to a counter by it.
const OLD_MS = 120000;
// When more than this many wait, each is spoken once, so that the last one is not called too late.
const CROWD = 3;
const TURNS = { penuh: 2, sekali: 1, gong: 0 };

const board = document.querySelector("[data-board]");
const now = document.getElementById("board-now");
const clock = document.querySelector("[data-clock]");
const button = document.querySelector("[data-sound]");
const wish = new URLSearchParams(location.search).get("suara") ?? "penuh";
const serverAhead = Number(clock.dataset.clock) - Date.now();

let seq = Number(board.dataset.seq);
let shown = null;
let waiting = [];
let showing = false;
let audio;
let voice;
let day;

function serverTime() {
  return Date.now() + serverAhead;
}

// --- Calls ---------------------------------------------------------------------------------------------------

function hearCall(event) {
  const call = JSON.parse(event.data);
  if (call.seq <= seq) return;
  seq = call.seq;
  if (serverTime() - Date.parse(call.at) > OLD_MS) {
    if (showing) list(call);
    else write(call);
    return;
  }
  waiting.push(call);
  if (waiting.length > MOST_WAITING) waiting.shift();
  // A call that waits for its turn can be read in the list at once.
  if (showing) list(call);
  else showNext();
}

function showNext() {
  const call = waiting.shift();
  showing = Boolean(call);
  now.classList.remove("is-called");
  if (!call) return;
  write(call);
  highlight();
  const seconds = sound(call);
  setTimeout(showNext, Math.max(SHOW_MS, seconds * 1000 + PAUSE_MS));
}

function write(call) {
  if (shown && shown.number !== call.number) list(shown);
  unlist(call.number);
  shown = call;
  const number = now.querySelector("[data-now-number]");
  number.textContent = call.number;
  number.classList.toggle("is-long", call.number.length > 5);
  now.querySelector("[data-now-counter]").textContent = call.counter;
  for (const part of now.querySelectorAll("[data-when-called]")) part.hidden = false;
  for (const part of now.querySelectorAll("[data-when-idle]")) part.hidden = true;
}

// The reading in between starts the movement again, also for a second call of the same number.
function highlight() {
  void now.offsetWidth;
  now.classList.add("is-called");
}

function calls() {
  return document.querySelector("[data-calls]");
}

function list(call) {
  unlist(call.number);
  const item = document.createElement("li");
  item.dataset.number = call.number;
  item.append(textSpan(call.number), " ", textSpan(call.counter));
  calls().prepend(item);
  while (calls().children.length > MOST_LISTED) calls().lastElementChild.remove();
}

function unlist(number) {
  calls().querySelector(`[data-number="${CSS.escape(number)}"]`)?.remove();
}

function textSpan(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span;
}

// --- Lines ---------------------------------------------------------------------------------------------------

function hearLines(event) {
  const hall = JSON.parse(event.data);
  const paused = document.getElementById("board-paused");
  paused.querySelector("[data-paused]").textContent = hall.paused.join(", ");
  paused.hidden = hall.paused.length === 0;
  for (const line of hall.groups) {
    const item = document.querySelector(`[data-group="${CSS.escape(line.group)}"]`);
    if (!item) continue;
    item.querySelector("[data-people]").textContent = line.waiting;
    const wait = item.querySelector("[data-wait]");
    const known = line.likely_minutes !== null;
    wait.textContent = known ? minutes(wait.dataset.wait, line) : wait.dataset.unknown;
  }
}

function minutes(pattern, line) {
  const { low_minutes: low, likely_minutes: likely, high_minutes: high } = line;
  return pattern.replace("{minutes}", likely).replace("{low}", low).replace("{high}", high);
}

// Reads the whole page anew: events were lost, or the day is another one.
async function readAnew() {
  await refresh("#board-calls, #board-lines, #board-paused, #board-hours");
}

// --- Sound ---------------------------------------------------------------------------------------------------

function sound(call) {
  if (!voice || audio.state !== "running") return 0;
  const turns = waiting.length > CROWD ? Math.min(1, TURNS[wish]) : TURNS[wish];
  return voice.call(call.number, call.counter, turns);
}

async function startSound() {
  await audio?.resume();
  showSoundButton();
}

function showSoundButton() {
  if (button) button.hidden = audio?.state === "running";
}

// A hall's browser may allow sound without a touch; otherwise the button asks for one.
function prepareSound() {
  if (!(wish in TURNS) || !globalThis.AudioContext) return;
  audio = new AudioContext();
  voice = new Voice(audio, board.dataset.sounds);
  voice.load();
  audio.addEventListener("statechange", showSoundButton);
  document.addEventListener("pointerdown", startSound);
  document.addEventListener("keydown", startSound);
  showSoundButton();
}

// --- Clock ---------------------------------------------------------------------------------------------------

function runClock() {
  const zone = { timeZone: clock.dataset.zone };
  const lang = document.documentElement.lang === "en" ? "en-GB" : "id-ID";
  const date = new Intl.DateTimeFormat(lang, { ...zone, weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const time = new Intl.DateTimeFormat("en-GB", { ...zone, hour: "2-digit", minute: "2-digit" });
  const tick = () => {
    const at = new Date(serverTime());
    const today = date.format(at);
    const text = `${today} · ${time.format(at).replace(":", ".")} ${clock.dataset.zoneName}`;
    if (clock.textContent !== text) clock.textContent = text;
    if (day && day !== today) startDay();
    day = today;
  };
  tick();
  setInterval(tick, 1000);
}

// A new day begins with an empty board.
function startDay() {
  shown = null;
  now.querySelector("[data-now-number]").textContent = "–";
  for (const part of now.querySelectorAll("[data-when-called]")) part.hidden = true;
  for (const part of now.querySelectorAll("[data-when-idle]")) part.hidden = false;
  calls().replaceChildren();
  readAnew();
}

function firstShown() {
  const number = now.querySelector("[data-now-number]").textContent;
  const counter = now.querySelector("[data-now-counter]").textContent;
  return counter ? { number, counter } : null;
}

shown = firstShown();
runClock();
prepareSound();
openLine(() => `${board.dataset.events}?after=${seq}`, {
  hear: { call: hearCall, hall: hearLines, resync: readAnew },
  silence: SILENCE_MS,
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && keepAwake());

// The screen of a hall does not go dark.
async function keepAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // The device decides, for example when its battery is low.
  }
}
keepAwake();
