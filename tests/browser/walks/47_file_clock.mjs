// An applicant's open status page changes by itself; a supervisor reads which files may be late, and why.

import { walk } from "../walk.mjs";

walk("an_open_status_page_changes_by_itself", async ({ enter, office }) => {
  const api = await office.api("verifikator");
  const { items } = (await api("GET", "/inbox?view=role&limit=100")).body;
  const file = items.find((row) => row.state === "registered" && /^SIP/.test(row.service));
  const citizen = await enter();
  await citizen.visit(`/status?kode=${file.code}`, "status-open");
  await citizen.reads("Perkiraan selesai");
  await api("POST", `/applications/${file.id}/claim`, {});
  await api("POST", `/applications/${file.id}/verification`, {});
  await citizen.page.locator("h1", { hasText: /Menunggu (rekomendasi|peninjauan)/ }).waitFor({ timeout: 15_000 });
  await citizen.look("status-changed");
  await citizen.reads("Dinas Kesehatan");
});

walk("a_supervisor_reads_which_files_may_be_late_and_why", async ({ enter }) => {
  const supervisor = await enter();
  await supervisor.signIn("penyelia");
  await supervisor.visit("/permohonan/tenggat", "due-forecast");
  await supervisor.reads("Mungkin lewat");
  const reason = await supervisor.page.locator("section[aria-labelledby=risk-h] tbody tr").first().innerText();
  if (!/hari kerja di tahap/.test(reason)) throw new Error(`no reason in "${reason}"`);
  await supervisor.page.locator("section[aria-labelledby=risk-h] tbody a").first().click();
  await supervisor.look("file-forecast");
  await supervisor.reads("Tahap dan janjinya");
});
