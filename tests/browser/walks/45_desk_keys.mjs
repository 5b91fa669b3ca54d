// The desk by keyboard alone, and what was typed when the session ends.

import { walk } from "../walk.mjs";

function insist(holds, words) {
  if (!holds) throw new Error(words);
}

async function key(person, letter) {
  await Promise.all([
    person.page.waitForNavigation({ waitUntil: "load" }),
    person.page.keyboard.press(letter.toLowerCase()),
  ]);
}

/** A visitor for consultation at the counter of a clerk, who has just signed in and opened it. */
async function atDesk(enter, office) {
  const clerk = await enter();
  await clerk.signIn("petugas");
  await clerk.page.goto("/loket");
  for (let counter = 1; counter <= 4 && !(await clerk.page.locator("[data-key=J]").count()); counter += 1) {
    const open = clerk.page.locator(`[data-key="${counter}"]`);
    if (await open.count()) await key(clerk, String(counter));
  }
  const counters = await clerk.page.request.get(`${office.url}/loket`);
  insist(counters.ok(), "the desk does not open");
  const taken = await clerk.page.request.post(`${office.url}/api/v1/sites/opi/tickets`, {
    data: { services: ["KONSUL"] },
  });
  insist(taken.status() === 201, `no number: ${taken.status()}`);
  await clerk.page.goto("/loket");
  return clerk;
}

walk("from_next_to_closed_takes_four_keys_at_most_and_no_mouse", async ({ enter, office }) => {
  const clerk = await atDesk(enter, office);
  let pressed = 0;
  for (const letter of ["N", "M", "S"]) {
    await key(clerk, letter);
    pressed += 1;
    insist(!(await clerk.page.locator("[role=alert]").count()), `${letter} was refused`);
  }
  insist(pressed <= 4, `${pressed} keys`);
  await clerk.reads(/urungkan/i);
  await key(clerk, "X");
});

walk("what_was_typed_at_the_desk_is_there_again_after_the_session_has_ended", async ({ enter, office }) => {
  const clerk = await atDesk(enter, office);
  for (const letter of ["N", "M", "T"]) await key(clerk, letter);
  await clerk.page.locator("main form.form [name=reason]").first().focus();
  await clerk.page.keyboard.type("fotokopi KTP di seberang jalan");
  await clerk.context.clearCookies();
  await Promise.all([clerk.page.waitForURL((url) => url.pathname === "/masuk"), clerk.page.keyboard.press("Enter")]);
  await clerk.page.fill("[name=username]", "petugas");
  await clerk.page.fill("[name=password]", office.password);
  await Promise.all([clerk.page.waitForURL((url) => url.pathname === "/loket"), clerk.page.keyboard.press("Enter")]);
  const again = await clerk.page.locator("main form.form [name=reason]").first().inputValue();
  insist(again === "fotokopi KTP di seberang jalan", `what was typed is lost: "${again}"`);
});
