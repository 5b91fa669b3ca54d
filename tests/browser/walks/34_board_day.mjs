// A board is put up in the morning and looked at all day.

import { walk } from "../walk.mjs";

/** How much faster the timers of the page run: a busy day's calls in a minute. */
const HASTE = 60;
const FIRST_CALLS = 100;
const ALL_CALLS = 400;
/** A tenth, as in a hall of twelve hours. */
const MOST_GROWTH = 1.1;

function insist(holds, words) {
  if (!holds) throw new Error(words);
}

function hasten(haste) {
  const slow = window.setTimeout;
  window.setTimeout = (done, wait, ...rest) => slow(done, (wait ?? 0) / haste, ...rest);
}

async function openCounter(clerk) {
  for (const { id, state } of (await clerk("GET", "/counters")).body.items) {
    if (state === "closed" && (await clerk("POST", `/counters/${id}/open`, {})).status === 200) return id;
  }
  throw new Error("every counter is taken");
}

/** Visitors come and are called one after the other; answers the last number. */
async function callMany(count, { clerk, anybody, counter }) {
  let number;
  for (let each = 0; each < count; each += 1) {
    const ticket = (await anybody("POST", "/sites/opi/tickets", { services: ["KONSUL"] })).body;
    await clerk("POST", `/tickets/${ticket.id}/transfer`, { counter, reason: "uji" });
    const called = await clerk("POST", `/counters/${counter}/next`, {});
    insist(called.status === 200, `nobody was called: ${JSON.stringify(called.body)}`);
    number = called.body.number;
    await clerk("POST", `/tickets/${called.body.id}/start`, {});
    await clerk("POST", `/tickets/${called.body.id}/finish`, {});
  }
  return number;
}

async function heap(line) {
  await line.send("HeapProfiler.collectGarbage");
  return (await line.send("Runtime.getHeapUsage")).usedSize;
}

walk("the_board_does_not_grow_with_the_calls_of_a_day_and_comes_back_by_itself", async ({ enter, office }) => {
  const clerk = await office.api("petugas");
  const hall = { clerk, anybody: await office.api(), counter: await openCounter(clerk) };
  const { page, context } = await enter();
  const line = await context.newCDPSession(page);
  const isShown = (number) => page.waitForFunction((n) => document.querySelector("[data-now-number]").textContent === n, number, { timeout: 30_000 });
  await page.addInitScript(hasten, HASTE);
  await page.goto("/antrean/opi/papan?suara=mati");
  await isShown(await callMany(FIRST_CALLS, hall));
  const morning = await heap(line);
  await isShown(await callMany(ALL_CALLS - FIRST_CALLS, hall));
  const evening = await heap(line);
  console.log(`# board: ${FIRST_CALLS} calls ${Math.round(morning / 1024)} KiB, ${ALL_CALLS} calls ${Math.round(evening / 1024)} KiB`);
  insist(evening <= morning * MOST_GROWTH, `the page grew from ${morning} to ${evening} bytes`);
  await context.setOffline(true);
  const missed = await callMany(1, hall);
  await context.setOffline(false);
  await isShown(missed);
  await clerk("POST", `/counters/${hall.counter}/close`, {});
});
