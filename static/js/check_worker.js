// Serves the check page at its own address and behind every QR code when the office cannot be reached.
// The page itself keeps what is needed (check.js); this only finds it again.

const KEPT = "loket-check";
const PAGE = "/verifikasi";
const PATIENCE_MS = 5000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(fresh(request));
  else if (new URL(request.url).pathname.startsWith("/static/")) event.respondWith(kept(request.url).then((found) => found ?? fetch(request)));
});

async function kept(address) {
  return (await caches.open(KEPT)).match(address, { ignoreVary: true });
}

/** The office's own answer; the kept page when there is none, or none within a few seconds. */
async function fresh(request) {
  const page = await kept(PAGE);
  if (!page) return fetch(request);
  const late = new Promise((resolve) => setTimeout(() => resolve(page), PATIENCE_MS));
  return Promise.race([fetch(request).catch(() => page), late]);
}
