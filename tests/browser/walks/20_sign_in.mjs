// Signing in and out.

import { walk } from "../walk.mjs";

walk("a_wrong_password_is_refused_in_words_and_the_name_is_kept", async ({ enter }) => {
  const clerk = await enter();
  await clerk.visit("/masuk", "sign-in");
  await clerk.fill({ username: "petugas", password: "salah sama sekali" });
  await clerk.press(/masuk/i);
  await clerk.look("sign-in-wrong");
  if ((await clerk.page.inputValue("[name=username]")) !== "petugas") throw new Error("the name was lost");
});

walk("a_clerk_signs_in_with_the_keyboard_alone", async ({ enter, office }) => {
  const clerk = await enter();
  await clerk.page.goto("/masuk");
  await clerk.page.locator("[name=username]").focus();
  await clerk.page.keyboard.type("petugas");
  await clerk.page.keyboard.press("Tab");
  await clerk.page.keyboard.type(office.password);
  await Promise.all([clerk.page.waitForURL((url) => url.pathname !== "/masuk"), clerk.page.keyboard.press("Enter")]);
  await clerk.look("after-sign-in");
});
