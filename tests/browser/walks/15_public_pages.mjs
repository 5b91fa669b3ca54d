// Status, verification and the catalogue, without signing in.

import { walk } from "../walk.mjs";

walk("a_citizen_opens_every_public_page", async ({ enter }) => {
  const citizen = await enter();
  for (const path of ["/status", "/verifikasi", "/layanan", "/layanan/SIPB", "/layanan/SIPB/syarat/str"]) await citizen.visit(path);
});

walk("a_wrong_tracking_code_is_answered_in_words", async ({ enter }) => {
  const citizen = await enter();
  await citizen.visit("/status");
  await citizen.page.locator("main input:not([type=hidden])").first().fill("ABCD-EFGH-JKM");
  await Promise.all([citizen.page.waitForNavigation(), citizen.page.keyboard.press("Enter")]);
  await citizen.look("status-wrong-code");
});
