// The check page without a network: keeps itself, the office's keys and the signed list on each visit, and answers
// from them when the office cannot be reached.

import { canCheck, readList, readToken, standingOf } from "./permit_token.js";

const KEPT = "loket-check";
const PAGE = "/verifikasi";
const KEYS = "/verifikasi/kept-keys";
const LIST = "/verifikasi/kept-list";
const PATIENCE_MS = 4000;
const OLD_LIST_MS = 7 * 86_400_000;
const ZONE = "Asia/Jakarta";

const lang = document.documentElement.lang;
const place = document.getElementById("offline-answer");
const form = document.querySelector("[data-check-code]");

// --- What is kept ----------------------------------------------------------------------------------------------

async function textAt(cache, address) {
  return (await cache.match(address, { ignoreVary: true }))?.text();
}

async function keysIn(cache) {
  return JSON.parse((await textAt(cache, KEYS)) ?? "{}");
}

// Without cookies, so that nobody's name or session is kept on the device.
async function keepPage(cache) {
  const page = await fetch(`${PAGE}?lang=${lang}`, { credentials: "omit", cache: "no-store" });
  if (!page.ok) return;
  const parts = new DOMParser().parseFromString(await page.clone().text(), "text/html");
  const files = [...parts.querySelectorAll("link[href^='/static/'], script[src^='/static/']")];
  await cache.addAll(new Set(files.map((part) => part.getAttribute("href") ?? part.getAttribute("src"))));
  await cache.put(PAGE, page);
}

/** A key seen once stays: another key under its name is not believed. Answers whether all are as before. */
async function keepKeys(cache) {
  const pinned = await keysIn(cache);
  const { keys } = await (await fetch("/api/v1/.well-known/jwks.json", { credentials: "omit" })).json();
  const named = keys.filter((key) => key.kid?.startsWith("permit-"));
  for (const { kid, x } of named) pinned[kid] ??= x;
  await cache.put(KEYS, new Response(JSON.stringify(pinned)));
  return named.every(({ kid, x }) => pinned[kid] === x);
}

async function keepList(cache) {
  const { jws } = await (await fetch("/api/v1/revocations", { credentials: "omit" })).json();
  const pinned = await keysIn(cache);
  const [fresh, known] = [await readList(jws, pinned), await readList(await textAt(cache, LIST), pinned)];
  if (fresh && (!known || Date.parse(fresh.issued_at) >= Date.parse(known.issued_at))) {
    await cache.put(LIST, new Response(jws));
  }
}

/** Renews everything that is kept; answers whether the keys are as on the first visit. */
async function keep(cache) {
  await navigator.serviceWorker.register(place.dataset.worker, { scope: PAGE });
  await navigator.serviceWorker.register(place.dataset.worker, { scope: "/V/" });
  await keepPage(cache);
  const same = await keepKeys(cache);
  await keepList(cache);
  return same;
}

async function tellState(cache, same) {
  const list = await readList(await textAt(cache, LIST), await keysIn(cache));
  const old = list && Date.now() - Date.parse(list.issued_at) > OLD_LIST_MS;
  if (!same) showState("changed");
  else if (!list || !(await textAt(cache, PAGE))) showState("not-ready");
  else showState(old ? "old" : "ready", moment(list.issued_at));
}

function showState(word, date = "") {
  for (const line of document.querySelectorAll("[data-state]")) {
    line.hidden = line.dataset.state !== word;
    const slot = line.querySelector("[data-slot=list_date]");
    if (slot) slot.textContent = date;
  }
}

// --- The answer ------------------------------------------------------------------------------------------------

async function judge(scanned, cache) {
  const keys = await keysIn(cache);
  if (!Object.keys(keys).length) return { outcome: "unready" };
  const claims = await readToken(scanned, keys);
  if (!claims) return { outcome: "forged" };
  const list = await readList(await textAt(cache, LIST), keys);
  return { ...standingOf(claims, list, dayOf(Math.max(Date.now(), Date.parse(list?.issued_at) || 0))), claims, list };
}

function wordsOf({ claims, list, kind, entry, number }) {
  return {
    number: number ?? `${claims.serial} / ${claims.year}`,
    type: kind?.name[lang] ?? "—",
    holder: [...claims.initials].map((letter) => `${letter}.`).join(" "),
    valid_until: claims.lastDay ? date(claims.lastDay) : null,
    since: entry?.since ? moment(entry.since) : "—",
    list_date: list ? moment(list.issued_at) : "—",
  };
}

function show(verdict) {
  const part = document.querySelector(`template[data-outcome="${verdict.outcome}"]`).content.cloneNode(true);
  const words = verdict.claims ? wordsOf(verdict) : {};
  for (const slot of part.querySelectorAll("[data-slot]")) slot.textContent = words[slot.dataset.slot] ?? slot.textContent;
  for (const word of part.querySelectorAll("[data-class]")) {
    if (word.dataset.class !== verdict.entry?.class) word.remove();
  }
  place.replaceChildren(part);
  place.focus();
}

function dayOf(millis) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE }).format(millis);
}

function date(day) {
  return new Intl.DateTimeFormat(lang === "id" ? "id-ID" : "en-GB", { dateStyle: "long", timeZone: "UTC" }).format(new Date(day));
}

function moment(at) {
  const time = new Intl.DateTimeFormat("id-ID", { timeStyle: "short", timeZone: ZONE }).format(new Date(at));
  return `${date(dayOf(Date.parse(at)))}, ${time} WIB`;
}

async function isReachable() {
  try {
    return (await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) })).ok;
  } catch {
    return false;
  }
}

async function start() {
  document.querySelector("[data-offline]").hidden = false;
  if (!navigator.serviceWorker || !(await canCheck())) {
    showState("cannot");
    return;
  }
  const cache = await caches.open(KEPT);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await isReachable()) form.submit();
    else show(await judge(form.elements.code.value, cache));
  });
  // Behind a QR code without an answer of the office: this page was kept.
  const isKept = location.pathname.startsWith("/V/") && !document.querySelector("[data-office-answer]");
  if (isKept) show(await judge(location.pathname, cache));
  const same = await keep(cache).catch(() => true);
  await tellState(cache, same);
}

start();
