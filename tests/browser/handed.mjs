// What a visitor brings along: who they are, and a paper.

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A woman of working age from the list of residents the demo writes; another one for another number. */
export function findResident(folder, number) {
  const lines = readFileSync(join(folder, "demo-people.csv"), "utf8").split("\n").slice(1);
  const rows = lines.map((line) => line.split(","));
  const women = rows.filter((cells) => cells[5] === "P" && cells[4] > "1985" && cells[4] < "1999");
  const row = women[Number(number.slice(2)) % women.length];
  return { nik: row[0], name: row[2] };
}

/** The smallest PDF with one empty page. */
export function emptyPdf() {
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
  ];
  let text = "%PDF-1.4\n";
  const starts = objects.map((object, index) => {
    const start = text.length;
    text += `${index + 1} 0 obj${object}endobj\n`;
    return start;
  });
  const table = starts.map((start) => `${String(start).padStart(10, "0")} 00000 n \n`).join("");
  const tail = `trailer<</Size 4/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(`${text}xref\n0 4\n0000000000 65535 f \n${table}${tail}`, "latin1");
}
