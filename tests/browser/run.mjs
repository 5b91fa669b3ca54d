// Walks through the pages of a running office with Debian's Chromium and prints `ok` or `not ok` for each walk.
//
//   node run.mjs --binary ../../target/debug/loket      starts an office of its own
//   node run.mjs --url http://127.0.0.1:8000 --folder ../../loket-data      uses one that runs
//   node run.mjs … --only clerk                         only walks whose sentence contains "clerk"

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

import { runningOffice, startOffice } from "./office.mjs";
import { Person } from "./person.mjs";
import { walks } from "./walk.mjs";

const { values: options } = parseArgs({
  options: {
    binary: { type: "string", default: fileURLToPath(new URL("../../target/debug/loket", import.meta.url)) },
    url: { type: "string" },
    folder: { type: "string" },
    only: { type: "string", default: "" },
    chromium: { type: "string", default: process.env.LOKET_CHROMIUM ?? "/usr/bin/chromium" },
  },
});

async function take({ sentence, steps }, office, browser) {
  const people = [];
  const enter = async (how) => {
    const person = await Person.enter(browser, office, how);
    people.push(person);
    return person;
  };
  try {
    await steps({ office, enter });
    console.log(`ok ${sentence}`);
    return true;
  } catch (error) {
    console.log(`not ok ${sentence}\n  ${String(error.message).replaceAll("\n", "\n  ")}`);
    return false;
  } finally {
    await Promise.all(people.map((person) => person.leave()));
  }
}

for (const file of readdirSync(new URL("./walks", import.meta.url)).sort()) {
  await import(`./walks/${file}`);
}
const office = options.url ? runningOffice(options.url, options.folder) : await startOffice(options.binary);
const browser = await chromium.launch({ executablePath: options.chromium });
let failures = 0;
try {
  for (const each of walks.filter((w) => w.sentence.includes(options.only))) {
    if (!(await take(each, office, browser))) failures += 1;
  }
} finally {
  await browser.close();
  await office.stop();
}
process.exit(failures ? 1 : 0);
