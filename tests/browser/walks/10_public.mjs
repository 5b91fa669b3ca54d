// What anybody sees without signing in.

import { walk } from "../walk.mjs";

walk("a_visitor_reads_the_home_page_in_both_languages", async ({ enter }) => {
  const visitor = await enter();
  await visitor.visit("/", "home");
  await visitor.visit("/?lang=en", "home-en");
});

walk("a_visitor_without_scripts_reads_the_home_page", async ({ enter }) => {
  const visitor = await enter({ javaScript: false });
  await visitor.visit("/", "home-no-script");
});
