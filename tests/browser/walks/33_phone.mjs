// The phone of somebody who cannot hear the call: it shakes, flashes and says so in its title, and answers.

import { walk } from "../walk.mjs";

function insist(holds, words) {
  if (!holds) throw new Error(words);
}

walk("a_call_shakes_and_flashes_the_phone_and_its_answer_reaches_the_desk", async ({ enter, office }) => {
  const clerk = await office.api("petugas2");
  const anybody = await office.api();
  const free = (await clerk("GET", "/counters")).body.items.filter(({ state }) => state === "closed");
  let counter;
  for (const { id } of free) if (!counter && (await clerk("POST", `/counters/${id}/open`, {})).status === 200) counter = id;
  const ticket = (await anybody("POST", "/sites/opi/tickets", { services: ["KONSUL"] })).body;
  await clerk("POST", `/tickets/${ticket.id}/transfer`, { counter, reason: "uji" });
  const phone = await enter();
  await phone.page.addInitScript(() => {
    window.shakes = 0;
    navigator.vibrate = () => (window.shakes += 1);
  });
  await phone.page.goto(`/t/${ticket.token}`);
  const desk = await enter();
  await desk.signIn("petugas2");
  let called;
  for (let tries = 0; called?.id !== ticket.id && tries < 50; tries += 1) {
    if (called) for (const act of ["start", "finish"]) await clerk("POST", `/tickets/${called.id}/${act}`, {});
    called = (await clerk("POST", `/counters/${counter}/next`, {})).body;
  }
  await phone.page.locator(".own-call").waitFor();
  insist(await phone.page.evaluate(() => window.shakes > 0), "the phone does not shake");
  insist(await phone.page.evaluate(() => document.body.classList.contains("is-flashing")), "the phone does not flash");
  await phone.page.waitForFunction(() => document.title.startsWith("▶"));
  await phone.look("own-place-answer");
  await phone.press("Saya datang");
  await phone.reads("Petugas tahu Anda datang");
  await phone.look("own-place-answered");
  await desk.page.goto("/loket");
  await desk.reads("Sedang menuju loket");
  await desk.look("desk-visitor-comes");
  for (const act of ["start", "finish"]) await clerk("POST", `/tickets/${ticket.id}/${act}`, {});
  await clerk("POST", `/counters/${counter}/close`, {});
});
