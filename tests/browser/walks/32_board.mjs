// The board is seen and heard.

import { walk } from "../walk.mjs";

const SHOWN_MS = 4500;

function insist(holds, words) {
  if (!holds) throw new Error(words);
}

/** Notes what the board shows, and everything that it sounds, with the moment. */
function listenIn() {
  window.shown = [];
  window.sounded = [];
  for (const [kind, node] of [["tone", OscillatorNode], ["voice", AudioBufferSourceNode]]) {
    const start = node.prototype.start;
    node.prototype.start = function (at) {
      window.sounded.push({ kind, at, now: performance.now() });
      return start.apply(this, arguments);
    };
  }
  addEventListener("DOMContentLoaded", () => {
    const number = document.querySelector("[data-now-number]");
    const note = () => window.shown.push({ number: number.textContent, now: performance.now() });
    new MutationObserver(note).observe(number, { childList: true, characterData: true, subtree: true });
  });
}

/** Opens a free counter that may call consultations, and puts one visitor there. */
async function readyCounter(clerk, anybody) {
  for (const { id, state } of (await clerk("GET", "/counters")).body.items) {
    if (state !== "closed" || (await clerk("POST", `/counters/${id}/open`, {})).status !== 200) continue;
    const ticket = (await anybody("POST", "/sites/opi/tickets", { services: ["KONSUL"] })).body;
    await clerk("POST", `/tickets/${ticket.id}/transfer`, { counter: id, reason: "uji" });
    return { id, clerk };
  }
  throw new Error("every counter is taken");
}

async function clear({ id, clerk }, called) {
  await clerk("POST", `/tickets/${called.id}/start`, {});
  await clerk("POST", `/tickets/${called.id}/finish`, {});
  await clerk("POST", `/counters/${id}/close`, {});
}

walk("two_calls_in_one_second_are_both_seen_and_heard", async ({ enter, office }) => {
  const anybody = await office.api();
  const desks = [];
  for (const name of ["petugas", "petugas2"]) desks.push(await readyCounter(await office.api(name), anybody));
  const board = await enter();
  const { page } = board;
  await page.addInitScript(listenIn);
  await page.goto("/antrean/opi/papan");
  await page.mouse.click(10, 300);
  await page.waitForTimeout(1500);
  const calls = await Promise.all(desks.map(({ id, clerk }) => clerk("POST", `/counters/${id}/next`, {})));
  const numbers = calls.map(({ body }) => body.number);
  await page.waitForFunction((all) => all.every((n) => window.shown.some((s) => s.number === n)), numbers, { timeout: 40_000 });
  const { shown, sounded } = await page.evaluate(() => ({ shown: window.shown, sounded: window.sounded }));
  const [first, second] = numbers.map((n) => shown.find((s) => s.number === n).now).sort((a, b) => a - b);
  insist(second - first >= SHOWN_MS, `the first call was shown for ${Math.round(second - first)} ms only`);
  for (const [name, from, to] of [["first", first, second], ["second", second, Infinity]]) {
    const heard = sounded.filter((s) => s.now >= from - 50 && s.now < to - 50);
    insist(heard.some((s) => s.kind === "tone"), `the ${name} call has no gong`);
    insist(heard.filter((s) => s.kind === "voice").length >= 7, `the ${name} call was not spoken`);
  }
  for (const [at, desk] of desks.entries()) await clear(desk, calls[at].body);
});

walk("every_part_of_the_voice_is_audible_and_whole", async ({ enter }) => {
  const board = await enter();
  await board.page.goto("/antrean/opi/papan");
  const parts = await board.page.evaluate(async () => {
    const folder = document.querySelector("[data-board]").dataset.sounds;
    const root = folder.split("/sounds")[0];
    const { PARTS } = await import(`${root}/js/call_parts.js`);
    const audio = new OfflineAudioContext(1, 1, 48000);
    return Promise.all(PARTS.map(async (part) => {
      const buffer = await audio.decodeAudioData(await (await fetch(`${folder}/${part}.ogg`)).arrayBuffer());
      const samples = buffer.getChannelData(0);
      const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      const power = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
      return { part, seconds: buffer.duration, peak, decibel: 20 * Math.log10(power) };
    }));
  });
  insist(parts.length >= 22, `only ${parts.length} parts`);
  for (const { part, seconds, peak, decibel } of parts) {
    insist(seconds > 0.12 && seconds < 2.6, `${part} lasts ${seconds} s`);
    insist(decibel > -23 && decibel < -15, `${part} is ${decibel.toFixed(1)} dB loud`);
    insist(peak < 0.999, `${part} is cut off at its peaks`);
  }
});
