// A visitor takes a number at the kiosk, follows it on the phone, and sees the board.

import { walk } from "../walk.mjs";

/** From the kiosk's first screen to a number: which matter, which service, whether called earlier. */
async function takeNumber(visitor, picture) {
  await visitor.visit("/antrean/opi", picture && `${picture}-group`);
  let taps = 0;
  while (!new URL(visitor.page.url()).pathname.includes("/nomor/")) {
    if (taps > 0) await visitor.look(`${picture}-${taps}`);
    const before = visitor.page.url();
    await visitor.page.locator("main .kiosk-card").first().click();
    await visitor.page.waitForURL((url) => url.href !== before);
    taps += 1;
    if (taps > 6) throw new Error("no number after six taps");
  }
  await visitor.look(`${picture}-ticket`);
  return taps;
}

walk("a_visitor_takes_a_number_in_three_taps_and_follows_it", async ({ enter }) => {
  const visitor = await enter();
  const taps = await takeNumber(visitor, "kiosk");
  if (taps > 3) throw new Error(`${taps} taps to a number`);
  const number = (await visitor.page.locator("main").innerText()).match(/[A-EP]-\d{3}/)[0];
  const token = visitor.page.url().split("/").pop();
  await visitor.visit(`/t/${token}`, "own-place");
  await visitor.reads(number);
  await visitor.visit("/antrean/opi/papan", "board");
});

walk("a_visitor_without_scripts_takes_a_number_and_follows_it", async ({ enter }) => {
  const visitor = await enter({ javaScript: false });
  await takeNumber(visitor, "kiosk-no-script");
  const token = visitor.page.url().split("/").pop();
  await visitor.visit(`/t/${token}`, "own-place-no-script");
});

/** Opens the first counter that nobody has. */
async function openCounter(clerk) {
  for (const { id, state } of (await clerk("GET", "/counters")).body.items) {
    if (state === "closed" && (await clerk("POST", `/counters/${id}/open`, {})).status === 200) return id;
  }
  throw new Error("every counter is taken");
}

walk("a_call_appears_on_the_board_and_on_the_phone_without_reloading", async ({ enter, office }) => {
  const clerk = await office.api("petugas2");
  const anybody = await office.api();
  const counter = await openCounter(clerk);
  const ticket = (await anybody("POST", "/sites/opi/tickets", { services: ["KONSUL"] })).body;
  const board = await enter();
  const phone = await enter();
  await board.visit("/antrean/opi/papan", "board-before-call");
  await phone.visit(`/t/${ticket.token}`, "own-place-waiting");
  await clerk("POST", `/tickets/${ticket.id}/transfer`, { counter, reason: "uji" });
  let called = null;
  for (let tries = 0; called !== ticket.number && tries < 50; tries += 1) {
    const next = (await clerk("POST", `/counters/${counter}/next`, {})).body;
    if (!next) break;
    called = next.number;
    if (called !== ticket.number) await clerk("POST", `/tickets/${next.id}/start`, {});
  }
  if (called !== ticket.number) throw new Error(`${ticket.number} was never called`);
  for (const person of [board, phone]) {
    await person.page.locator("main", { hasText: ticket.number }).waitFor();
  }
  await board.look("board-after-call");
  await phone.look("own-place-called");
  await clerk("POST", `/tickets/${ticket.id}/start`, {});
  await clerk("POST", `/tickets/${ticket.id}/finish`, {});
  await clerk("POST", `/counters/${counter}/close`, {});
});
