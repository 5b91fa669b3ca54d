// One midwife's licence from the kiosk to the citizen who checks the finished PDF.
// The walks build on each other: they run in this order, and a later one needs the earlier ones.

import { fileURLToPath } from "node:url";

import { emptyPdf, findResident } from "../handed.mjs";
import { walk } from "../walk.mjs";

const PORTRAIT = fileURLToPath(new URL("../../../src/documents/data/portrait.jpg", import.meta.url));
const FIELDS = {
  "fields.practice_place": "Praktik Bidan DATA UJI",
  "fields.practice_address": "Jalan Contoh Nomor 1, Pangkalan Balai",
  "fields.practice_kind": "Praktik mandiri",
  "fields.practice_order": "Tempat praktik ke-1",
  "fields.str_number": "UJI-STR-0001",
  "fields.practice_days": "Senin sampai Jumat, 16.00–20.00 WIB",
};

/** What the walks hand on: ticket, citizen, path and code of the file, bytes of the permit. */
const job = {};

function given(name) {
  if (job[name] === undefined) throw new Error(`an earlier walk did not get as far as: ${name}`);
  return job[name];
}

function insist(holds, words) {
  if (!holds) throw new Error(words);
}

/** Does what leads to another page and waits for that page. */
async function goOn(person, deed) {
  await Promise.all([person.page.waitForNavigation({ waitUntil: "load" }), deed()]);
}

async function click(person, name) {
  await goOn(person, () => person.page.locator("main").getByRole("button", { name }).first().click());
}

async function key(person, letter) {
  await goOn(person, () => person.page.keyboard.press(letter.toLowerCase()));
}

/** Fetches a paper with the cookies of this person. */
async function fetchPdf(person, path) {
  const answer = await person.page.context().request.get(person.office.url + path);
  const bytes = await answer.body();
  const kind = answer.headers()["content-type"] ?? "";
  insist(answer.status() === 200 && kind.startsWith("application/pdf"), `${path} answers ${answer.status()} ${kind}`);
  insist(bytes.subarray(0, 5).toString() === "%PDF-", `${path} does not begin like a PDF`);
  return bytes;
}

/** Finds the file by its code in the list and opens it. */
async function openFile(person, role) {
  await person.signIn(role);
  await person.visit("/permohonan", `job-${role}-list`);
  await person.fill({ q: given("code") });
  await click(person, "Cari");
  await person.look(`job-${role}-found`);
  await goOn(person, () => person.page.locator("main").getByRole("link", { name: given("code") }).click());
}

/** Does an act of the file's page: opens its form when it has one, fills it in and sends it. */
async function act(person, label, fields = {}) {
  const acts = person.page.locator("section[aria-labelledby=acts-h]");
  const summary = acts.locator("summary", { hasText: label });
  if (await summary.count()) {
    await summary.click();
    await person.fill(fields);
    await person.look(`job-act-${label}`);
  }
  await goOn(person, () => acts.getByRole("button", { name: label, exact: true }).click());
  insist(!(await person.page.locator("main .error-summary").count()), `${label} was refused`);
}

async function stateOf(person, words) {
  const pill = await person.page.locator(".page-head .row").innerText();
  insist(pill.includes(words), `the file should be "${words}" and is "${pill}"`);
}

walk("job_1_a_visitor_takes_a_number_for_a_midwife_licence", async ({ enter }) => {
  const visitor = await enter();
  const card = (text) => visitor.page.locator("main .kiosk-card", { hasText: text }).first();
  await visitor.visit("/antrean/opi", "job-kiosk");
  await goOn(visitor, () => card("usaha, praktik").click());
  await visitor.look("job-kiosk-service");
  await goOn(visitor, () => card("Praktik Bidan").click());
  await visitor.look("job-kiosk-priority");
  await goOn(visitor, () => visitor.page.locator("main button.kiosk-card[value=none]").click());
  await visitor.look("job-kiosk-number");
  job.number = (await visitor.page.locator(".ticket-number").innerText()).trim();
  insist(/^A-\d{3}$/.test(job.number), `${job.number} is no number of group A`);
  insist(await visitor.page.locator("main svg[role=img]").isVisible(), "no QR code beside the number");
});

/** Opens the first free counter for permits by its key, unless one is open; nobody is left in hand. */
async function openCounter(clerk) {
  if (await clerk.page.locator("[data-key=S]").count()) await key(clerk, "S");
  if (await clerk.page.locator("[data-key=N]").count()) return;
  const free = clerk.page.locator("main li", { hasText: "Izin" }).locator("[data-key]").first();
  await key(clerk, await free.getAttribute("data-key"));
}

walk("job_2_a_clerk_calls_that_visitor_by_key_and_the_board_shows_it", async ({ enter }) => {
  const number = given("number");
  const clerk = await enter();
  const board = await enter();
  await board.visit("/antrean/opi/papan", "job-board");
  await clerk.signIn("petugas");
  await clerk.visit("/loket", "job-desk-closed");
  await openCounter(clerk);
  await clerk.look("job-desk-open");
  const called = async () => (await clerk.page.locator(".desk-number").innerText()).trim();
  await key(clerk, "N");
  for (let others = 0; (await called()) !== number; others += 1) {
    insist(others < 60, `${number} was never called`);
    await key(clerk, "M");
    await key(clerk, "S");
    await key(clerk, "N");
  }
  await clerk.look("job-desk-called");
  await board.page.locator("main", { hasText: number }).waitFor();
  await board.look("job-board-called");
  await key(clerk, "M");
  await clerk.look("job-desk-serving");
  await clerk.reads("Dilayani");
  job.serving = true;
});

/** From the desk to the form, filled from the population register. */
async function openForm(clerk, person) {
  await clerk.signIn("petugas");
  await clerk.visit("/loket", "job-desk-again");
  await key(clerk, "P");
  await clerk.look("job-start");
  await clerk.fill({ service: "SIPB", nik: "123" });
  await click(clerk, "Cari data kependudukan");
  await clerk.look("job-start-wrong");
  insist((await clerk.page.inputValue("main [name=service]")) === "SIPB", "the service was lost");
  await clerk.fill({ nik: person.nik });
  await click(clerk, "Cari data kependudukan");
  await clerk.look("job-form");
  insist((await clerk.page.inputValue('[name="applicant.name"]')) === person.name, "the register did not fill in the name");
}

walk("job_3_a_wrong_answer_keeps_what_was_typed_and_takes_the_clerk_to_the_summary", async ({ enter, office }) => {
  given("serving");
  job.person = findResident(office.folder, given("number"));
  const clerk = await enter();
  await openForm(clerk, job.person);
  const typed = { ...FIELDS, "applicant.nik": "1607 123", "applicant.phone": "0812 0000 0000" };
  await clerk.fill(typed);
  await click(clerk, "Simpan dan periksa");
  await clerk.look("job-form-wrong");
  const focused = await clerk.page.evaluate(() => document.activeElement.matches("[data-error-summary]"));
  insist(focused, "the error summary has no focus");
  for (const [name, value] of Object.entries(typed)) {
    const kept = await clerk.page.inputValue(`main [name="${name}"]`);
    insist(kept === value, `${name} was "${value}" and is "${kept}" after the refusal`);
  }
  await clerk.fill({ "applicant.nik": job.person.nik });
  await click(clerk, "Simpan dan periksa");
  job.path = new URL(clerk.page.url()).pathname;
  await clerk.reads(job.person.name);
  await clerk.look("job-draft");
});

/** Hands in the photo and one PDF, and marks everything else as seen. */
async function handIn(clerk) {
  const line = (code) => clerk.page.locator(`#berkas-${code}`);
  const send = async (code, file) => {
    await line(code).locator("input[type=file]").setInputFiles(file);
    await goOn(clerk, () => line(code).getByRole("button", { name: "Unggah" }).click());
  };
  await send("photo", PORTRAIT);
  await send("str", { name: "str.pdf", mimeType: "application/pdf", buffer: emptyPdf() });
  for (const code of ["application_letter", "ktp", "practice_statement", "health_letter"]) {
    await goOn(clerk, () => line(code).getByRole("button", { name: "Asli dilihat" }).click());
  }
}

walk("job_4_the_file_is_completed_and_registered_and_the_stop_finished", async ({ enter }) => {
  const clerk = await enter();
  await clerk.signIn("petugas");
  await clerk.visit(given("path"), "job-draft-again");
  await act(clerk, "Daftarkan").then(
    () => insist(false, "an incomplete file was registered"),
    (refused) => insist(/was refused/.test(refused.message), refused.message),
  );
  await clerk.look("job-incomplete");
  await clerk.visit(job.path, "job-draft-again");
  await handIn(clerk);
  await clerk.look("job-complete");
  await fetchPdf(clerk, `${job.path}/berkas/str`);
  await act(clerk, "Daftarkan");
  await clerk.look("job-registered");
  await stateOf(clerk, "Terdaftar");
  job.code = (await clerk.page.locator(".page-head .code").innerText()).trim();
  insist(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}$/.test(job.code), `${job.code} is no tracking code`);
  await fetchPdf(clerk, `${job.path}/tanda-terima`);
  await clerk.visit("/loket", "job-desk-before-finish");
  await key(clerk, "S");
  await clerk.look("job-desk-finished");
  insist(!(await clerk.page.locator(".desk-number").count()), "the visitor is still in hand");
  await click(clerk, "Tutup");
});

walk("job_5_a_verifier_takes_the_file_and_confirms_it", async ({ enter }) => {
  const verifier = await enter();
  await openFile(verifier, "verifikator");
  await act(verifier, "Ambil berkas");
  await act(verifier, "Nyatakan benar", { "verification.note": "Sesuai dengan asli." });
  await verifier.look("job-verified");
});

walk("job_6_the_technical_office_visits_and_recommends", async ({ enter }) => {
  const technical = await enter();
  await openFile(technical, "teknis");
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Jakarta" }).format(new Date());
  if (await technical.page.locator("summary", { hasText: "Catat peninjauan" }).count()) {
    const visit = { visited_on: today, report_number: "BAP/UJI/1", note: "Tempat sesuai." };
    const fields = Object.entries(visit).map(([name, value]) => [`inspection.${name}`, value]);
    await act(technical, "Catat peninjauan (BAP)", Object.fromEntries(fields));
  }
  await act(technical, "Catat rekomendasi", {
    "recommendation.outcome": "grant",
    "recommendation.letter_number": "440/UJI/2026",
    "recommendation.letter_date": today,
  });
  await technical.look("job-recommended");
});

walk("job_7_the_section_head_adds_the_paraf", async ({ enter }) => {
  const sectionHead = await enter();
  await openFile(sectionHead, "kabid");
  await act(sectionHead, "Bubuhkan paraf");
  await sectionHead.look("job-paraf");
  await stateOf(sectionHead, "Menunggu tanda tangan");
});

walk("job_8_the_head_signs_from_the_list_and_the_permit_is_served", async ({ enter }) => {
  const head = await enter();
  await head.signIn("kadis");
  const box = head.page.locator(`input[name=id][value="${given("path").split("/").pop()}"]`);
  await head.visit("/permohonan/tanda-tangan", "job-head-list");
  insist(await box.count(), "the file is not in the batch");
  await box.check();
  await head.look("job-head-chosen");
  await click(head, "Tanda tangani yang dipilih");
  await head.look("job-head-signed");
  await head.reads(`${given("code")} ditandatangani`);
  job.permit = await fetchPdf(head, `${job.path}/izin`);
  await head.visit(job.path, "job-head-file");
});

walk("job_9_a_clerk_hands_the_permit_over", async ({ enter }) => {
  const clerk = await enter();
  given("permit");
  await openFile(clerk, "petugas");
  await act(clerk, "Serahkan", { "handover.name": given("person").name, "handover.relation": "self" });
  await clerk.look("job-handed-over");
  await stateOf(clerk, "Telah diserahkan");
});

/** Uploads bytes on the page for it. */
async function checkFile(citizen, bytes, picture) {
  await citizen.visit("/verifikasi", "job-check");
  await citizen.fill({ file: { name: "izin.pdf", mimeType: "application/pdf", buffer: bytes } });
  await click(citizen, "Periksa berkas");
  await citizen.look(picture);
}

walk("job_10_a_citizen_without_scripts_follows_the_file_and_checks_the_permit", async ({ enter }) => {
  const citizen = await enter({ javaScript: false });
  await citizen.visit("/status", "job-status-empty");
  await citizen.fill({ kode: given("code") });
  await click(citizen, "Lihat status");
  await citizen.look("job-status-no-script");
  await citizen.reads("Telah diserahkan");
  await checkFile(citizen, given("permit"), "job-check-genuine-no-script");
  await citizen.reads("Izin ini asli dan berlaku");
});

walk("job_11_a_changed_byte_is_not_genuine", async ({ enter }) => {
  const citizen = await enter();
  await citizen.visit(`/status?kode=${given("code")}`, "job-status");
  await checkFile(citizen, given("permit"), "job-check-genuine");
  await citizen.reads("Izin ini asli dan berlaku");
  const forged = Buffer.from(job.permit);
  forged[Math.floor(forged.length / 2)] ^= 1;
  await checkFile(citizen, forged, "job-check-forged");
  await citizen.reads("Tidak dapat dipastikan asli");
});

walk("job_12_the_supervisor_reads_the_figures_of_the_day", async ({ enter }) => {
  const supervisor = await enter();
  await supervisor.signIn("penyelia");
  await supervisor.visit("/penyelia", "job-supervisor");
  const figures = await supervisor.page.locator("main").innerText();
  insist((figures.match(/\d+/g) ?? []).length > 5, `hardly a figure on the page:\n${figures}`);
  await supervisor.visit("/laporan", "job-report");
  const report = await supervisor.page.locator("main").innerText();
  insist((report.match(/\d+/g) ?? []).length > 5, `hardly a figure in the report:\n${report}`);
});

walk("job_13_a_population_officer_looks_a_person_up", async ({ enter, office }) => {
  const person = findResident(office.folder, "A-001");
  const officer = await enter();
  await officer.signIn("dukcapil");
  await officer.visit("/kependudukan", "job-lookup");
  await officer.fill({ nik: "123", purpose: "Perubahan KK", name: person.name });
  await click(officer, "Cari");
  await officer.look("job-lookup-wrong");
  const kept = await officer.page.inputValue("main [name=purpose]");
  insist(kept === "Perubahan KK", `the purpose is "${kept}" after the refusal`);
  await officer.fill({ nik: person.nik });
  await click(officer, "Cari");
  await officer.look("job-lookup-answer");
  await officer.reads(person.name);
  insist(!officer.page.url().includes(person.nik), "the NIK stands in the address");
});
