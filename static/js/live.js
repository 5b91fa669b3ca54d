// Keeps parts of a page current: an element with data-events="URL" and data-refresh="#a, #b" fetches
// its own page again on every message and puts the named parts in place. After each replacement the
// document hears `loket:refreshed`. Without a connection the banner #stale shows how old the page is.

const STALE_AFTER_MS = 4000;
const RECONNECT_MS = 3000;
const PAUSE_MS = 400;

const banner = document.getElementById("stale");
let freshAt = new Date();
let staleTimer;
let pending;
let running = false;
let again = false;

function showStale() {
  if (!banner) return;
  const time = freshAt.toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" }).replace(":", ".");
  banner.textContent = banner.dataset.stale.replace("{time}", time);
  banner.hidden = false;
}

function markStale() {
  staleTimer ??= setTimeout(showStale, STALE_AFTER_MS);
}

function markFresh() {
  clearTimeout(staleTimer);
  staleTimer = undefined;
  freshAt = new Date();
  if (banner) banner.hidden = true;
}

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

async function refresh(selectors) {
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
  const selectors = element.dataset.refresh;
  let hadConnection = false;

  function connect() {
    const source = new EventSource(element.dataset.events);
    const changed = () => soon(selectors);
    source.addEventListener("open", () => {
      if (hadConnection) changed();
      else markFresh();
      hadConnection = true;
    });
    source.addEventListener("message", changed);
    for (const name of (element.dataset.eventNames ?? "").split(" ").filter(Boolean)) {
      source.addEventListener(name, changed);
    }
    source.addEventListener("error", () => {
      markStale();
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, RECONNECT_MS);
    });
    addEventListener("pagehide", () => source.close(), { once: true });
  }
  connect();
}

addEventListener("offline", markStale);
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
for (const element of document.querySelectorAll("[data-events][data-refresh]")) follow(element);
