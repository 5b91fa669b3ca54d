// Keeps parts of a page current: an element with data-events="URL" and data-refresh="#a, #b" fetches
// its own page again on every message and puts the named parts in place. After each replacement the
// document hears `loket:refreshed`. Without a connection the banner #stale shows how old the page is.

import { markFresh, markStale, openLine } from "./line.js";

const PAUSE_MS = 400;

let pending;
let running = false;
let again = false;

// A part in which somebody is typing is left alone.
function isBusy(part) {
  const active = document.activeElement;
  return part.contains(active) && active.matches("input:not([type=hidden]), select, textarea");
}

function replacePart(part, fresh) {
  if (part.isEqualNode(fresh)) return;
  const active = part.contains(document.activeElement) ? document.activeElement : null;
  const key = active?.dataset.key;
  part.replaceWith(fresh);
  if (key) fresh.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  else if (active?.id) document.getElementById(active.id)?.focus();
}

// data-page: the address of the page when a form was answered in its place.
function pageOf() {
  return document.querySelector("[data-events][data-page]")?.dataset.page ?? location.href;
}

export async function refresh(selectors) {
  if (running) {
    again = true;
    return;
  }
  running = true;
  try {
    const reply = await fetch(pageOf(), { headers: { Accept: "text/html" }, cache: "no-store" });
    if (!reply.ok) throw new Error(`status ${reply.status}`);
    if (reply.redirected && new URL(reply.url).pathname !== new URL(pageOf(), location.href).pathname) {
      location.reload();
      return;
    }
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    for (const part of document.querySelectorAll(selectors)) {
      const fresh = part.id && page.getElementById(part.id);
      if (fresh && !isBusy(part)) replacePart(part, document.adoptNode(fresh));
    }
    markFresh();
    document.dispatchEvent(new CustomEvent("loket:refreshed"));
  } catch {
    markStale();
  } finally {
    running = false;
    if (again) {
      again = false;
      soon(selectors);
    }
  }
}

// Several messages in one moment cause one request.
function soon(selectors) {
  clearTimeout(pending);
  pending = setTimeout(() => refresh(selectors), PAUSE_MS);
}

function follow(element) {
  const changed = () => soon(element.dataset.refresh);
  const names = ["message", ...(element.dataset.eventNames ?? "").split(" ").filter(Boolean)];
  const hear = Object.fromEntries(names.map((name) => [name, changed]));
  openLine(() => element.dataset.events, { hear, back: changed });
}

for (const element of document.querySelectorAll("[data-events][data-refresh]")) follow(element);
