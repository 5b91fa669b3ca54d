// A whole intake by keyboard: from the call to the printed receipt, every key counted that is not typed data.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { walk } from "../walk.mjs";

const MOST_KEYS = 25;
/** The eight questions of the permit to fell a roadside tree, as a clerk types them; a choice by its first letters. */
const ANSWERS = {
  tree_place: "Jalan Pangeran Ratu depan Nomor 12",
  tree_kind: "Angsana",
  tree_count: "2",
  tree_girth: "120",
  work_kind: "Pen",
  reason: "Me",
  felling_until: "12312027",
  seedlings: "4",
};

function insist(holds, words) {
  if (!holds) throw new Error(words);
}

/** Somebody who has no file yet. */
function findNik(folder) {
  const lines = readFileSync(join(folder, "demo-people.csv"), "utf8").trim().split("\n");
  return lines[Math.floor(lines.length * 0.83)].split(",")[0];
}

async function openCounter({ page }) {
  await page.goto("/loket");
  for (let counter = 1; counter <= 4 && !(await page.locator("[data-key=J]").count()); counter += 1) {
    const open = page.locator(`[data-key="${counter}"]`);
    if (await open.count()) await Promise.all([page.waitForNavigation({ waitUntil: "load" }), open.click()]);
  }
}

walk("an_intake_of_eight_questions_takes_twenty_five_keys_at_most_and_no_mouse", async ({ enter, office }) => {
  const clerk = await enter();
  const { page } = clerk;
  await clerk.signIn("petugas");
  await openCounter(clerk);
  const ticket = (await (await office.api())("POST", "/sites/opi/tickets", { services: ["POHON"] })).body;
  await page.goto("/loket");
  let pressed = 0;
  const press = async (key) => {
    pressed += 1;
    await page.keyboard.press(key);
  };
  const go = async (key) => {
    const from = page.url();
    await Promise.all([page.waitForNavigation({ waitUntil: "load" }), press(key)]).catch(() => {
      throw new Error(`${key} does nothing on ${from}`);
    });
    const refused = page.locator("[role=alert], [data-error-summary]");
    insist(!(await refused.count()), `${key}: ${await refused.first().innerText().catch(() => "")}`);
  };
  await page.addInitScript(() => addEventListener("pointerdown", () => (window.usedMouse = true), true));
  // Those ahead are called and begun; calling the next ends them.
  for (let ahead = 0; ; ahead += 1) {
    insist(ahead < 30, `${ticket.number} is never called`);
    pressed = 0;
    await go("n");
    await go("m");
    if ((await page.locator(".desk-number").innerText()).includes(ticket.number)) break;
  }
  await go("p");
  await page.keyboard.type(findNik(office.folder));
  await go("Enter");
  const focused = () => page.evaluate(() => document.activeElement.name);
  for (const [name, answer] of Object.entries(ANSWERS)) {
    for (let tabs = 0; (await focused()) !== `fields.${name}`; tabs += 1) {
      insist(tabs < 5, `Tab does not reach ${name}: ${await focused()}`);
      await press("Tab");
    }
    await page.keyboard.type(answer);
  }
  await go("Enter");
  await clerk.look("intake-draft");
  for (const key of ["d", "r"]) await go(key);
  await clerk.reads(/Terdaftar/);
  insist(await page.locator('[data-key="C"]').count(), "the receipt has no key");
  const path = await page.locator('[data-key="C"]').getAttribute("href");
  await press("c");
  const receipt = await page.request.get(path);
  insist(receipt.headers()["content-type"] === "application/pdf", "the receipt is no PDF");
  console.log(`# intake: ${pressed} keys beyond typed data`);
  insist(pressed <= MOST_KEYS, `${pressed} keys`);
});
