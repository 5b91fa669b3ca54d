// The population desk: blanks come, a card is followed from the counter to the hand that takes it, the person follows it
// by the code, and a permit that a life event concerns is looked at.

import { findResident } from "../handed.mjs";
import { walk } from "../walk.mjs";

walk("a_population_officer_follows_a_card_to_its_hand_over", async ({ enter, office }) => {
  const person = findResident(office.folder, "A-001");
  const officer = await enter();
  await officer.signIn("dukcapil");
  await officer.visit("/kependudukan", "civil-desk");
  await officer.visit("/kependudukan/blangko", "civil-blanks");
  await officer.fill({ kind: "ktp_el", move: "spoiled", quantity: "1" });
  await officer.press("Catat");
  await officer.look("civil-blanks-wrong");
  await officer.fill({ kind: "ktp_el", move: "received", quantity: "500" });
  await officer.press("Catat");
  await officer.reads("+500");
  await officer.visit("/kependudukan/permintaan/baru", "civil-new");
  await officer.fill({ layanan: "KTP-C" });
  await officer.press("Lanjut");
  await officer.look("civil-form");
  await officer.fill({ "applicant.nik": "12", "applicant.phone": "081234567890" });
  await officer.press("Buka permintaan");
  await officer.look("civil-form-wrong");
  await officer.fill({ "applicant.nik": person.nik, "fields.reason": "Baru" });
  for (const paper of await officer.page.locator("main [name=sighted]").all()) await paper.check();
  await officer.press("Buka permintaan");
  await officer.look("civil-draft");
  await officer.reads(person.name);
  await officer.fill({ siak_number: "UJI-000123" });
  await officer.press("Kirim ke SIAK");
  await officer.look("civil-submitted");
  const code = await officer.page.locator("main .code").first().innerText();
  const citizen = await enter({ javaScript: false });
  await citizen.visit(`/status?kode=${code}`, "civil-status");
  await citizen.reads("Diproses di SIAK");
  await officer.press("Selesai dibuat");
  await officer.look("civil-ready");
  await citizen.visit(`/status?kode=${code}`, "civil-status-ready");
  await citizen.reads("siap diambil");
  await officer.press("Serahkan");
  await officer.look("civil-handover-wrong");
  await officer.fill({ name: person.name, relation: "self", identity_seen: true });
  await officer.press("Serahkan");
  await officer.look("civil-handed-over");
  await officer.reads("Sudah diserahkan");
  await officer.visit("/kependudukan/keluarga", "family");
  await officer.fill({ nik: person.nik, purpose: "KK ubah data" });
  await officer.press("Tampilkan keluarga");
  await officer.look("family-answer");
});

walk("a_supervisor_keeps_a_permit_whose_holder_had_an_event", async ({ enter }) => {
  const supervisor = await enter();
  await supervisor.signIn("penyelia");
  await supervisor.visit("/penyelia/izin-ditinjau", "civil-review");
  await supervisor.press("Tetap berlaku");
  await supervisor.look("civil-review-wrong");
  const head = await enter();
  await head.signIn("kadis");
  await head.visit("/penyelia/izin-ditinjau", "civil-review-head");
});
