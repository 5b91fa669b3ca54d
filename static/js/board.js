// The display board: every call stands at least four seconds, in order, with a chime and, where the
// browser has a voice, spoken twice. live.js brings the new list of calls.

const SHOW_MS = 4000;
const HIGHLIGHT_MS = 3500;

const now = document.getElementById("board-now");
const button = document.querySelector("[data-sound]");
const clock = document.querySelector("[data-clock]");
const waiting = [];
const known = new Set(listCalls().map((call) => call.id));
let showing = false;
let shown = listCalls()[0]?.id;
let audio;

function listCalls() {
  return [...document.querySelectorAll("[data-calls] [data-call]")].map((item) => ({
    id: item.dataset.call,
    number: item.dataset.number,
    counter: item.dataset.counter,
  }));
}

function queueNewCalls() {
  const calls = listCalls();
  for (const call of [...calls].reverse()) {
    if (known.has(call.id)) continue;
    known.add(call.id);
    waiting.push(call);
  }
  const current = new Set(calls.map((call) => call.id));
  for (const id of known) if (!current.has(id)) known.delete(id);
  markShown();
  if (!showing) showNext();
}

// The call in large letters, and those still to be announced, do not stand in the list beside it.
function markShown() {
  const hidden = new Set([shown, ...waiting.map((call) => call.id)]);
  for (const item of document.querySelectorAll("[data-calls] [data-call]")) {
    item.classList.toggle("is-now", hidden.has(item.dataset.call));
  }
}

function showNext() {
  const call = waiting.shift();
  showing = Boolean(call);
  if (!call) return;
  shown = call.id;
  writeCall(call);
  markShown();
  announce(call);
  setTimeout(showNext, SHOW_MS);
}

function writeCall(call) {
  const number = now.querySelector("[data-now-number]");
  const counter = now.querySelector("[data-now-counter]");
  number.textContent = call.number;
  number.classList.toggle("is-long", call.number.length > 5);
  counter.textContent = call.counter;
  counter.classList.toggle("is-name", call.counter.length > 3);
  for (const part of now.querySelectorAll("[data-when-called]")) part.hidden = false;
  for (const part of now.querySelectorAll("[data-when-idle]")) part.hidden = true;
  now.classList.add("is-called");
  setTimeout(() => shown === call.id && now.classList.remove("is-called"), HIGHLIGHT_MS);
}

function announce(call) {
  if (audio?.state !== "running") return;
  tone(660, 0);
  tone(523, 0.35);
  setTimeout(() => speak(call), 900);
}

function tone(frequency, delay) {
  const start = audio.currentTime + delay;
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0.0001, start);
  gain.gain.exponentialRampToValueAtTime(0.4, start + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.7);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + 0.75);
}

// Digits are spoken one by one: "A, 0, 1, 2".
function speak(call) {
  const list = document.querySelector("[data-calls]");
  const lang = list?.dataset.lang ?? "id-ID";
  const voice = globalThis.speechSynthesis?.getVoices().find((each) => each.lang.replace("_", "-").startsWith(lang.slice(0, 2)));
  if (!voice || !list.dataset.say) return;
  const digits = call.number.replace("-", "").split("").join(", ");
  const sentence = list.dataset.say.replace("{number}", digits).replace("{counter}", call.counter);
  for (let turn = 0; turn < 2; turn += 1) {
    const words = new SpeechSynthesisUtterance(sentence);
    words.voice = voice;
    words.lang = voice.lang;
    words.rate = 0.9;
    speechSynthesis.speak(words);
  }
}

async function startSound() {
  audio ??= new AudioContext();
  await audio.resume();
  showSoundButton();
}

function showSoundButton() {
  if (button) button.hidden = audio?.state === "running";
}

function runClock() {
  const offset = Number(clock.dataset.clock) - Date.now();
  const zone = { timeZone: clock.dataset.zone };
  const lang = document.documentElement.lang === "en" ? "en-GB" : "id-ID";
  const day = new Intl.DateTimeFormat(lang, { ...zone, weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const time = new Intl.DateTimeFormat("en-GB", { ...zone, hour: "2-digit", minute: "2-digit" });
  const write = () => {
    const at = new Date(Date.now() + offset);
    clock.textContent = `${day.format(at)} · ${time.format(at).replace(":", ".")} ${clock.dataset.zoneName}`;
  };
  write();
  setInterval(write, 1000);
}

document.addEventListener("loket:refreshed", queueNewCalls);
button?.addEventListener("click", startSound);
document.addEventListener("pointerdown", startSound, { once: true });
document.addEventListener("keydown", startSound, { once: true });
if (globalThis.AudioContext) {
  // A kiosk browser may allow sound without a gesture; otherwise the button stays.
  audio = new AudioContext();
  audio.addEventListener("statechange", showSoundButton);
  showSoundButton();
}
markShown();
if (clock) runClock();
