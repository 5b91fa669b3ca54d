// A verifier returns a file with one list; the applicant answers it by the link, without scripts; what a person already
// has is shown before a new file starts.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { walk } from "../walk.mjs";

const PDF = { name: "str.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 DATA UJI\n%%EOF") };

walk("a_returned_file_is_put_right_by_its_link_without_scripts", async ({ enter, office }) => {
  const api = await office.api("verifikator");
  const { items } = (await api("GET", "/inbox?view=role&limit=100")).body;
  const file = items.find((row) => row.state === "registered" && /^SIP/.test(row.service));
  await api("POST", `/applications/${file.id}/claim`, {});
  const verifier = await enter();
  await verifier.signIn("verifikator");
  await verifier.visit(`/permohonan/${file.id}`, "return-file");
  await verifier.press("Kembalikan ke pemohon");
  await verifier.fill({ "paper.str": "rejected", "fault.str": "blurred", "why.str": "Pindai ulang" });
  await verifier.page.locator("summary", { hasText: "Isian yang salah" }).click();
  await verifier.fill({ "wrong.applicant.birth_date": true, "why.applicant.birth_date": "Tidak sama dengan KTP-el" });
  await verifier.fill({ question: "Di lantai berapa ruang praktik?" });
  await verifier.look("return-list");
  await verifier.press("Kembalikan ke pemohon");
  await verifier.look("return-done");
  const link = new URL(await verifier.page.locator("a[href*='/perbaikan/']").getAttribute("href")).pathname;

  const seen = await enter();
  await seen.visit(link, "answer-with-scripts");
  const citizen = await enter({ javaScript: false });
  await citizen.visit(link, "answer");
  const { page } = citizen;
  await page.locator("#item-1 input[type=file]").setInputFiles(PDF);
  await page.locator("#item-1 button").click();
  await citizen.fill({ "answer-2": "1990-02-12" });
  await page.locator("#item-2 button").click();
  await page.locator("#item-3 button").click();
  await citizen.look("answer-wrong");
  await citizen.fill({ "answer-3": "Lantai dua" });
  await page.locator("#item-3 button").click();
  await citizen.look("answer-all");
  await citizen.press("Kirim perbaikan");
  await citizen.look("answer-sent");
  await citizen.reads("sudah dikirim");
  await verifier.visit(`/permohonan/${file.id}`, "return-answered");
  await verifier.reads("Dijawab pemohon");
  await verifier.reads("Lantai dua");
});

walk("a_file_goes_on_where_it_was_after_the_line_was_cut", async ({ enter, office }) => {
  const api = await office.api("verifikator");
  const { items } = (await api("GET", "/inbox?view=role&limit=100")).body;
  const file = items.find((row) => row.state === "registered" && /^SIP/.test(row.service));
  await api("POST", `/applications/${file.id}/claim`, {});
  await api("POST", `/applications/${file.id}/return`, { items: [{ kind: "paper", target: "str", reason: "blurred" }] });
  const verifier = await enter();
  await verifier.signIn("verifikator");
  await verifier.visit(`/permohonan/${file.id}`, "return-by-program");
  const link = new URL(await verifier.page.locator("a[href*='/perbaikan/']").getAttribute("href")).pathname;
  const citizen = await enter();
  await citizen.visit(link, "pieces-before");
  const { page } = citizen;
  const pieces = [];
  let cuts = 1;
  await page.route("**/kiriman/*?from=*", async (route) => {
    pieces.push(new URL(route.request().url()).searchParams.get("from"));
    if (pieces.length === 2 && cuts > 0) {
      cuts -= 1;
      await route.abort("connectionreset");
    } else {
      await route.continue();
    }
  });
  const body = Buffer.concat([Buffer.from("%PDF-1.7 DATA UJI\n% "), Buffer.alloc(600 * 1024, "a"), Buffer.from("\n%%EOF")]);
  await page.locator("#item-1 input[type=file]").setInputFiles({ name: "str.pdf", mimeType: "application/pdf", buffer: body });
  await page.locator("#item-1 button").click();
  await page.waitForFunction(() => document.body.textContent.includes("dilanjutkan sendiri"));
  await page.getByText("Berkas baru sudah kami simpan").waitFor({ timeout: 30_000 });
  await citizen.look("pieces-kept");
  if (pieces.join() !== "0,262144,262144,524288") throw new Error(`pieces began at ${pieces.join()}`);
});

walk("a_clerk_records_that_papers_may_be_used_again_and_takes_it_back", async ({ enter, office }) => {
  const api = await office.api("petugas");
  const found = (await api("POST", "/applications/search?limit=100", { name: "DATA UJI" })).body.items;
  const file = found.find((row) => /^SIP/.test(row.service));
  const clerk = await enter();
  await clerk.signIn("petugas");
  await clerk.visit(`/permohonan/${file.id}`, "reuse-asked");
  await clerk.page.check("#agrees");
  await clerk.press("Catat persetujuan");
  await clerk.look("reuse-agreed");
  await clerk.reads("Pemohon setuju pada");
  await clerk.press("Tarik persetujuan");
  await clerk.reads("Bacakan kepada pemohon");
});

walk("the_head_sees_what_is_close_to_deemed_approval_and_to_lapsing", async ({ enter }) => {
  const head = await enter();
  await head.signIn("kadis");
  await head.visit("/permohonan/tenggat", "due");
  await head.visit("/permohonan?view=lapsing", "lapsing");
});

walk("a_clerk_sees_what_a_person_has_and_starts_an_amendment_from_it", async ({ enter, office }) => {
  const api = await office.api("petugas");
  const found = (await api("POST", "/applications/search?limit=100", { name: "DATA UJI" })).body.items;
  const file = found.find((row) => ["ready", "handed_over"].includes(row.state) && /^SIP/.test(row.service));
  const people = readFileSync(join(office.folder, "demo-people.csv"), "utf8").split("\n");
  const person = people.map((line) => line.split(",")).find((cells) => cells.includes(file.applicant_name));
  const nik = person.find((cell) => /^16\d{14}$/.test(cell));
  const clerk = await enter();
  await clerk.signIn("petugas");
  await clerk.page.goto("/permohonan/baru");
  await clerk.fill({ service: file.service, nik });
  await clerk.press("Cari data kependudukan");
  await clerk.look("held");
  await clerk.reads("Izin orang ini untuk layanan ini");
  await clerk.page.locator("button[name=kind][value=amendment]").first().click();
  await clerk.page.waitForLoadState("load");
  await clerk.look("held-amendment");
  await clerk.reads("Isian diambil dari izin");
});
