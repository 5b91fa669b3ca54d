// The kiosk for everybody: size of what is touched, keyboard alone, names for a screen reader, large type, reach.

import { walk } from "../walk.mjs";

const TOUCH_PX = 60;
const TEXT_PX = 24;
const SCREENS = ["/antrean/opi", "/antrean/opi?group=A", "/antrean/opi?s=SIPB"];

function insist(holds, words) {
  if (!holds) throw new Error(words);
}

/** What can be touched on the page, with its size, its name and where it begins. */
function targets(page) {
  return page.locator("a:visible, button:visible").evaluateAll((all) =>
    all.filter((one) => !one.matches(".skip")).map((one) => {
      const { width, height, top } = one.getBoundingClientRect();
      return { name: (one.getAttribute("aria-label") ?? one.innerText).trim(), width, height, top };
    }));
}

walk("everything_on_the_kiosk_can_be_hit_and_read_and_has_a_name", async ({ enter }) => {
  const visitor = await enter();
  for (const path of SCREENS) {
    await visitor.page.setViewportSize({ width: 1280, height: 800 });
    await visitor.page.goto(path);
    const all = await targets(visitor.page);
    insist(all.length > 2, `${path} has nothing to touch`);
    for (const { name, width, height } of all) {
      insist(name, `${path} has a target without a name`);
      insist(Math.min(width, height) >= TOUCH_PX, `${path}: "${name}" is ${width} × ${height} px`);
    }
    const sizes = await visitor.page.locator("main :is(h1, strong, span, p, a)").evaluateAll((texts) =>
      texts.filter((text) => text.innerText?.trim()).map((text) => parseFloat(getComputedStyle(text).fontSize)));
    insist(Math.min(...sizes) >= TEXT_PX, `${path} has text of ${Math.min(...sizes)} px`);
  }
});

walk("a_number_is_taken_at_the_kiosk_by_keyboard_alone", async ({ enter }) => {
  const visitor = await enter();
  const { page } = visitor;
  await page.goto("/antrean/opi");
  for (let steps = 0; !page.url().includes("/nomor/"); steps += 1) {
    insist(steps < 4, "no number after four questions");
    const before = page.url();
    for (let tabs = 0; !(await page.evaluate(() => document.activeElement.matches(".kiosk-card"))); tabs += 1) {
      insist(tabs < 20, `${before}: no card is reached with the Tab key`);
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.href !== before);
  }
  insist(await page.getByRole("heading", { name: /[A-EP]-\d{3}/ }).count(), "a screen reader does not find the number");
  await page.locator("[data-back]").waitFor();
});

walk("the_switches_of_the_kiosk_keep_what_was_chosen", async ({ enter }) => {
  const visitor = await enter();
  const { page } = visitor;
  await page.goto("/antrean/opi?s=SIPB&s=KONSUL");
  await page.getByRole("link", { name: "English" }).click();
  await page.waitForURL(/lang=en/);
  insist((await page.locator("main .rows > li").count()) === 2, "the choices were lost with the language");
  await page.getByRole("link", { name: "Large type" }).click();
  await page.waitForURL(/tampilan=kuat/);
  insist((await page.locator("main .rows > li").count()) === 2, "the choices were lost with the large type");
  await visitor.reads("Do you need");
  await visitor.look("kiosk-strong-priority");
  await visitor.visit("/antrean/opi", "kiosk-strong");
  insist((await page.evaluate(() => getComputedStyle(document.body).backgroundColor)) === "rgb(0, 0, 0)", "not black");
  await page.goto(await page.locator("[data-idle]").getAttribute("data-idle-home"));
  await visitor.reads("Apa keperluan Anda");
  insist(!(await page.locator(".is-strong").count()), "the next visitor finds the look of the one before");
});

walk("what_is_touched_on_a_standing_kiosk_is_within_reach_from_a_wheelchair", async ({ enter }) => {
  const visitor = await enter();
  const { page } = visitor;
  await page.setViewportSize({ width: 1080, height: 1920 });
  await page.goto("/antrean/opi");
  for (const { name, top } of await targets(page)) {
    insist(top >= 1920 / 2, `"${name}" begins ${top} px below the upper edge of 1,920 px`);
  }
  insist((await page.evaluate(() => document.documentElement.scrollHeight)) <= 1920, "the first screen scrolls");
});
