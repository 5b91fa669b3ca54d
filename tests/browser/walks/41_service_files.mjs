// Service files: an administrator changes one, reads what it would mean, publishes it; with and without scripts.

import { walk } from "../walk.mjs";

const PAPER = `[[requirements]]
code = "insurance"
name = { id = "Polis asuransi profesi", en = "Professional insurance" }
mandatory = true

`;

/** The text of a service that asks for a further paper of everybody. */
function asksMore(text) {
  return text.replace("[[requirements]]", `${PAPER}[[requirements]]`).replaceAll("papers = [", 'papers = ["insurance", ');
}

walk("an_administrator_changes_a_service_file_and_reads_what_it_would_mean", async ({ enter }) => {
  const admin = await enter();
  await admin.signIn("admin");
  await admin.visit("/admin/layanan");
  await admin.visit("/admin/layanan?lang=en", "service-files-en");
  await admin.visit("/admin/layanan/baru?lang=id");
  await admin.visit("/admin/layanan/SIPB");
  const text = await admin.page.inputValue("#text");
  await admin.fill({ text: text.replace("counter_minutes = 15", "counter_minutes = 0") });
  await admin.press("Periksa");
  await admin.reads("counter_minutes: Paling sedikit 1.");
  await admin.look("service-file-wrong");
  await admin.fill({ text: asksMore(text) });
  await admin.press("Periksa");
  await admin.reads("Polis asuransi profesi");
  await admin.reads("Gladi");
  await admin.look("service-file-checked");
});

walk("a_service_file_is_published_without_scripts", async ({ enter }) => {
  const admin = await enter({ javaScript: false });
  await admin.signIn("admin");
  await admin.visit("/admin/layanan/SIPP", "service-file-without-scripts");
  const text = await admin.page.inputValue("#text");
  await admin.fill({ text: asksMore(text) });
  await admin.press("Periksa");
  await admin.fill({ reason: "Uji coba DATA UJI" });
  await admin.press("Terbitkan");
  await admin.reads("Uji coba DATA UJI");
  await admin.look("service-file-published");
});
