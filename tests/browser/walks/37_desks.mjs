// A file changes hands, a typing error is put right by two people, and somebody acts for the head: by keyboard and pages.

import { walk } from "../walk.mjs";

walk("a_supervisor_gives_a_file_to_another_clerk_who_finds_it_first", async ({ enter, office }) => {
  const api = await office.api("petugas");
  const { items } = (await api("GET", "/inbox?view=role&limit=100")).body;
  const file = items.find((row) => row.state === "draft" || row.state === "returned");
  await api("POST", `/applications/${file.id}/claim`, {});
  const supervisor = await enter();
  await supervisor.signIn("penyelia");
  await supervisor.visit(`/permohonan/${file.id}`, "reassign-file");
  const summary = supervisor.page.locator("summary", { hasText: "Alihkan ke petugas lain" });
  await summary.focus();
  await supervisor.page.keyboard.press("Enter");
  await supervisor.fill({ "reassignment.officer": "petugas2", "reassignment.reason": "Rekan cuti" });
  await supervisor.look("reassign-form");
  await supervisor.press("Alihkan ke petugas lain");
  await supervisor.look("reassign-done");
  await supervisor.reads("dialihkan: Rekan cuti");
  const clerk = await enter();
  await clerk.signIn("petugas2");
  await clerk.visit("/permohonan", "reassign-inbox");
  await clerk.reads("dialihkan ke Anda: Rekan cuti");
});

walk("a_typing_error_is_put_right_by_a_clerk_and_a_verifier", async ({ enter, office }) => {
  const api = await office.api("petugas");
  const found = (await api("POST", "/applications/search?limit=100", { name: "DATA UJI" })).body.items;
  const file = found.find((row) => row.state === "registered" || row.state === "in_recommendation");
  const clerk = await enter();
  await clerk.signIn("petugas");
  await clerk.visit(`/permohonan/${file.id}`, "rectify-file");
  await clerk.press("Ralat salah ketik");
  await clerk.look("rectify-form");
  await clerk.fill({ "applicant.birth_place": "SEKAYU", reason: "Seharusnya sesuai KTP-el" });
  await clerk.press("Ajukan ralat");
  await clerk.look("rectify-sent");
  const verifier = await enter();
  await verifier.signIn("verifikator");
  await verifier.visit(`/permohonan/${file.id}`, "rectify-open");
  await verifier.reads("menunggu verifikator");
  await verifier.press("Setujui ralat");
  await verifier.look("rectify-done");
  await verifier.reads("disetujui");
});

walk("the_head_names_who_acts_in_the_days_away", async ({ enter }) => {
  const head = await enter();
  await head.signIn("kadis");
  await head.visit("/pejabat-sementara", "delegations");
  await head.fill({ role: "head", kind: "plh", officer: "kabid", letter_number: "800/12/UJI/2099", from: "2099-01-05", to: "2099-01-04" });
  await head.press("Simpan penunjukan");
  await head.look("delegation-wrong");
  await head.fill({ to: "2099-01-09" });
  await head.press("Simpan penunjukan");
  await head.look("delegation-named");
  await head.reads("akan datang");
});
