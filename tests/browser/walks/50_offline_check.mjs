// An inspector checks codes of printed permits in a place without a network.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { walk } from "../walk.mjs";

/** A line to the office that can be cut, as when the inspector leaves town. */
async function lineTo(url) {
  const open = new Set();
  const line = createServer((near) => {
    const far = connect(Number(new URL(url).port), "127.0.0.1");
    for (const end of [near, far]) {
      open.add(end);
      end.on("error", () => {}).on("close", () => [near, far].forEach((other) => other.destroy()));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise((resolve) => line.listen(0, "127.0.0.1", resolve));
  const cut = async () => {
    const closed = new Promise((resolve) => line.close(resolve));
    open.forEach((end) => end.destroy());
    await closed;
  };
  return { url: `http://127.0.0.1:${line.address().port}`, cut };
}

/** Two permits in force, from the files of the office. */
async function twoInForce(ask) {
  const { body } = await ask("POST", "/applications/search?limit=100", { name: "a" });
  const found = [];
  for (const { id } of body.items.filter((file) => file.state === "handed_over")) {
    const { permit } = (await ask("GET", `/applications/${id}`)).body;
    if (permit?.state === "issued") found.push(permit);
    if (found.length === 2) return found;
  }
  throw new Error(`${found.length} permits in force among ${body.items.length} files`);
}

/** Prints a permit and scans its code. */
async function scan(office, username, permit) {
  await office.api(username);
  const headers = { Authorization: `Bearer ${office.tokens.get(username)}` };
  const pdf = await (await fetch(office.url + permit.pdf, { headers })).arrayBuffer();
  const folder = mkdtempSync(join(tmpdir(), "loket-scan-"));
  const [paper, picture] = [join(folder, "permit.pdf"), join(folder, "permit")];
  writeFileSync(paper, Buffer.from(pdf));
  execFileSync("pdftoppm", ["-r", "150", "-png", paper, picture]);
  // The code stands beside the signature, on whichever page that is; zbarimg fails where a page has none.
  const pages = readdirSync(folder).filter((name) => name.endsWith(".png")).map((name) => join(folder, name));
  const read = (page) => spawnSync("zbarimg", ["--quiet", "--nodbus", "--raw", page], { encoding: "utf8" }).stdout.trim();
  const code = pages.map(read).find(Boolean);
  if (!code) throw new Error(`no page of ${permit.number} carries a code that can be read`);
  rmSync(folder, { recursive: true });
  return code;
}

walk("an_inspector_checks_permits_after_the_network_is_gone", async ({ office, enter }) => {
  const head = await office.api("kadis");
  const [good, ended] = await twoInForce(head);
  const [goodCode, endedCode] = [await scan(office, "kadis", good), await scan(office, "kadis", ended)];
  const revoked = await head("POST", `/permits/${ended.id}/revocation`, { reason: "DATA UJI", class: "breach", legal_ground: "Pasal DATA UJI" });
  if (revoked.status !== 200) throw new Error(JSON.stringify(revoked));
  const line = await lineTo(office.url);
  const inspector = await enter({ url: line.url });
  const { page } = inspector;
  const answers = page.locator("#offline-answer");

  await inspector.visit("/verifikasi", "offline-ready");
  await page.locator("[data-state=ready]").waitFor();
  await line.cut();

  await page.goto(new URL(goodCode).pathname);
  await answers.getByText("Kode asli; tidak ada di daftar pencabutan").waitFor();
  await inspector.reads(good.number);
  await inspector.look("offline-genuine");

  await page.goto("/verifikasi");
  await inspector.fill({ code: endedCode });
  await page.getByRole("button", { name: "Periksa kode" }).click();
  await answers.getByText("Kode asli, tetapi izin ini sudah dicabut").waitFor();
  await inspector.reads(ended.number);
  await inspector.reads("Ketentuan izin dilanggar");
  await inspector.look("offline-revoked");

  const forged = goodCode.slice(0, -40) + (goodCode.at(-40) === "A" ? "B" : "A") + goodCode.slice(-39);
  await inspector.fill({ code: forged });
  await page.getByRole("button", { name: "Periksa kode" }).click();
  await answers.getByText("Tidak dapat dipastikan asli").waitFor();
  await inspector.look("offline-forged");
});

walk("a_code_typed_without_scripts_is_checked_by_the_office", async ({ office, enter }) => {
  const [good] = await twoInForce(await office.api("kadis"));
  const citizen = await enter({ javaScript: false });
  await citizen.visit("/verifikasi", "check-no-script");
  await citizen.fill({ code: await scan(office, "kadis", good) });
  await Promise.all([citizen.page.waitForNavigation(), citizen.page.getByRole("button", { name: "Periksa kode" }).click()]);
  await citizen.reads("Izin ini asli dan berlaku");
});

walk("the_head_suspends_a_permit_from_its_file_and_reads_the_register", async ({ office, enter }) => {
  const [permit] = await twoInForce(await office.api("kadis"));
  const head = await enter();
  await head.signIn("kadis");
  await head.visit(`/permohonan/${permit.application_id}`, "life-file");
  await head.press("Bekukan izin");
  await head.look("life-suspension");
  await head.fill({ class: "ruling", reason: "Putusan sela DATA UJI" });
  await head.press("Bekukan izin");
  await head.reads("Dibekukan");
  await head.look("life-suspended");
  await head.visit(`/buku-register?jenis=${permit.service}&tahun=2026`, "book");
  await head.reads(permit.number);
});
