// The devices of the hall and the hours: who may pair one, and what a kiosk and a board show at each step.

import { walk } from "../walk.mjs";

walk("the_devices_and_hours_of_a_site_are_kept_on_their_pages", async ({ enter }) => {
  const head = await enter();
  await head.signIn("penyelia");
  await head.visit("/perangkat");
  await head.visit("/jam-layanan");
});

walk("a_device_asks_to_be_paired", async ({ enter }) => {
  const device = await enter();
  await device.visit("/pasang");
  await device.visit("/pasang?lang=en", "pasang-en");
});
