// The pages of every member of staff, as they look on an ordinary day of the synthetic office.

import { walk } from "../walk.mjs";

const PAGES = {
  petugas: ["/loket", "/permohonan"],
  verifikator: ["/permohonan"],
  teknis: ["/permohonan"],
  kabid: ["/permohonan"],
  kadis: ["/permohonan"],
  bendahara: ["/permohonan"],
  penyelia: ["/penyelia", "/laporan"],
};

for (const [username, paths] of Object.entries(PAGES)) {
  walk(`${username}_opens_the_pages_of_the_day`, async ({ enter }) => {
    const person = await enter();
    await person.signIn(username);
    for (const path of paths) await person.visit(path, `${username}${path}`);
  });
}
