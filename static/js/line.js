// A live connection that comes back by itself, and says so when it is gone: the banner #stale tells since when.
//
//   openLine(() => "/api/…/events", { hear: { call: (event) => … }, silence: 4500, back: () => … })
//
// `hear`: what to do with each named event. `silence`: milliseconds without any event, signs of life included,
// after which the line counts as dead. `back`: after a break. Waits between tries grow from one second to thirty.

const GRACE_MS = 2500;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;

const banner = document.getElementById("stale");
let freshAt = new Date();
let grace;

function clockTime(at) {
  const parts = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: banner.dataset.zone || undefined });
  return parts.format(at).replace(":", ".");
}

function showStale() {
  clearTimeout(grace);
  grace = undefined;
  if (!banner) return;
  banner.textContent = banner.dataset.stale.replace("{time}", clockTime(freshAt));
  banner.hidden = false;
}

// Says that the page is old, unless it is fresh again in a moment.
export function markStale() {
  grace ??= setTimeout(showStale, GRACE_MS);
}

export function markFresh() {
  clearTimeout(grace);
  grace = undefined;
  freshAt = new Date();
  if (banner) banner.hidden = true;
}

export function openLine(address, { hear, silence = 0, back = () => {} }) {
  let source;
  let tries = 0;
  let watch;
  let next;
  let broken = false;
  let closed = false;

  function alive() {
    markFresh();
    clearTimeout(watch);
    if (silence) watch = setTimeout(dead, silence);
  }

  function dead() {
    showStale();
    lost();
  }

  function lost() {
    broken = true;
    source?.close();
    clearTimeout(watch);
    clearTimeout(next);
    if (closed) return;
    markStale();
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries);
    tries += 1;
    // Everybody lost the line in the same moment: they do not all come back in the same moment.
    next = setTimeout(connect, wait * (0.5 + Math.random() / 2));
  }

  function opened() {
    tries = 0;
    alive();
    if (broken) back();
    broken = false;
  }

  function connect() {
    clearTimeout(next);
    source?.close();
    source = new EventSource(address());
    source.addEventListener("open", opened);
    source.addEventListener("error", lost);
    source.addEventListener("beat", alive);
    for (const [name, act] of Object.entries(hear)) {
      source.addEventListener(name, (event) => {
        alive();
        act(event);
      });
    }
    if (silence) watch = setTimeout(dead, silence);
  }

  function comeBack() {
    if (closed || !broken) return;
    tries = 0;
    connect();
  }

  function close() {
    closed = true;
    source?.close();
    clearTimeout(watch);
    clearTimeout(next);
    removeEventListener("online", comeBack);
    removeEventListener("offline", dead);
    removeEventListener("pagehide", close);
  }

  addEventListener("online", comeBack);
  addEventListener("offline", dead);
  addEventListener("pagehide", close);
  connect();
  return close;
}

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
