// A citizen books a time, changes it, gives it up; another one arrives at the kiosk with a code.

import { walk } from "../walk.mjs";

/** Chooses a midwife's permit and its papers, and the first free time of the first day offered. */
async function holdTime(citizen, picture) {
  const { page } = citizen;
  await citizen.visit("/janji/opi", `${picture}-services`);
  await page.locator("details", { has: page.locator('input[value="SIPB"]') }).locator("summary").click();
  await page.locator('input[name="s"][value="SIPB"]').check();
  await citizen.press("Lanjut");
  await citizen.look(`${picture}-papers`);
  await citizen.press("Periksa berkas saya");
  await citizen.look(`${picture}-missing`);
  await citizen.press("Pilih waktu; saya bawa saat datang");
  await citizen.look(`${picture}-times`);
  await page.waitForTimeout(2500);
  await page.locator('main button[name="start"]').first().click();
  await page.waitForURL(/\/janji\/t\//);
  await citizen.look(`${picture}-held`);
}

walk("a_citizen_books_a_time_changes_it_and_gives_it_up", async ({ enter }) => {
  const citizen = await enter();
  const { page } = citizen;
  await holdTime(citizen, "book");
  await citizen.fill({ phone: "0711", email: "siti" });
  await citizen.press("Pastikan janji temu");
  await citizen.look("book-wrong");
  await citizen.fill({ phone: "081234567890", email: "siti@contoh.id" });
  await citizen.press("Pastikan janji temu");
  await citizen.look("book-booked");
  const calendar = await page.request.get(`${new URL(page.url()).pathname}/kalender.ics`);
  const file = await calendar.text();
  if (!file.startsWith("BEGIN:VCALENDAR\r\n") || !file.includes("DTSTART:")) throw new Error(file);
  const before = await page.locator("main .promise").first().innerText();
  await citizen.press("Ubah waktu");
  await citizen.look("book-change");
  await page.locator('main button[name="start"]').last().click();
  await page.waitForURL((url) => !url.pathname.endsWith("/ubah"));
  await citizen.look("book-changed");
  if ((await page.locator("main .promise").first().innerText()) === before) throw new Error(`still ${before}`);
  await page.locator("summary", { hasText: "Batalkan janji temu" }).click();
  await citizen.press("Ya, batalkan");
  await citizen.look("book-cancelled");
  await citizen.reads("dibatalkan");
});

walk("a_citizen_with_an_appointment_gets_a_number_at_the_kiosk", async ({ enter, office }) => {
  const anybody = await office.api();
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Jakarta" }).format(new Date());
  const { items } = (await anybody("GET", `/sites/opi/slots?services=KK-B&from=${today}&to=${today}`)).body;
  const booking = await anybody("POST", "/sites/opi/appointments", {
    services: ["KK-B"],
    start: items[0].start,
    phone: "081234567891",
  });
  if (booking.status !== 201) throw new Error(JSON.stringify(booking.body));
  const visitor = await enter();
  await visitor.visit("/antrean/opi");
  await visitor.press("Saya punya janji temu");
  await visitor.look("arrive-code");
  await visitor.fill({ code: "AAAA-AAAA" });
  await visitor.press("Saya hadir, beri nomor");
  await visitor.look("arrive-unknown");
  await visitor.fill({ code: booking.body.code.toLowerCase() });
  await visitor.press("Saya hadir, beri nomor");
  await visitor.page.waitForURL(/\/nomor\//);
  await visitor.look("arrive-number");
  await visitor.reads(/B-\d{3}/);
});

walk("the_office_sees_the_appointments_of_the_day_and_what_was_not_sent", async ({ enter }) => {
  const supervisor = await enter();
  await supervisor.signIn("penyelia");
  await supervisor.visit("/janji-temu");
  await supervisor.visit("/pemberitahuan");
});
