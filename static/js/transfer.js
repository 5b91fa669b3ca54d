// Sends the file of form[data-transfer] in pieces: a line that breaks costs one piece, and a page that is opened again
// goes on where it was. Without TLS (no crypto.subtle) or when anything is odd, the plain form is sent instead.

const PIECE = 256 * 1024;
const LONGEST_WAIT_MS = 15000;

class Refused extends Error {}

function say(form, key, values = {}) {
  const line = form.querySelector("[data-transfer-said]");
  line.hidden = false;
  line.textContent = Object.entries(values)
    .reduce((text, [name, value]) => text.replace(`{${name}}`, value), form.dataset[key] ?? "");
}

async function digestOf(file) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Waits until the line may be back: the browser says so, or some seconds have gone by.
function waitForLine(tries) {
  return new Promise((resume) => {
    addEventListener("online", resume, { once: true });
    setTimeout(resume, Math.min(LONGEST_WAIT_MS, 1000 * 2 ** tries));
  });
}

// Asks until there is an answer; a failure of the line or of the server is tried again, a refusal is not.
async function ask(form, path, options, percent) {
  for (let tries = 0; ; tries += 1) {
    try {
      const headers = { ...options.headers, "X-Form-Token": form.elements.csrf.value };
      const reply = await fetch(`${form.action}/kiriman${path}`, { cache: "no-store", ...options, headers });
      const body = await reply.json().catch(() => ({}));
      if (reply.ok) return body;
      if (reply.status < 500 && reply.status !== 429) {
        throw new Refused(body.errors?.[0]?.message ?? body.detail ?? form.dataset.transferFailed);
      }
    } catch (fault) {
      if (fault instanceof Refused) throw fault;
    }
    say(form, "transferBroken", { percent });
    await waitForLine(tries);
  }
}

async function send(form, file) {
  const announced = JSON.stringify({ name: file.name, size: file.size, sha256: await digestOf(file) });
  const json = { "Content-Type": "application/json" };
  let at = await ask(form, "", { method: "POST", headers: json, body: announced }, 0);
  while (at.received < at.size && !at.done) {
    const percent = Math.floor((100 * at.received) / at.size);
    say(form, "transferSending", { name: file.name, percent });
    const body = file.slice(at.received, at.received + PIECE);
    const headers = { "Content-Type": "application/octet-stream" };
    try {
      at = await ask(form, `/${at.id}?from=${at.received}`, { method: "PATCH", headers, body }, percent);
    } catch (fault) {
      const now = await ask(form, `/${at.id}`, { method: "GET" }, percent);
      if (now.received === at.received) throw fault;
      at = now;
    }
  }
  say(form, "transferChecking");
  return ask(form, `/${at.id}/selesai`, { method: "POST" }, 100);
}

async function sendInPieces(form, file) {
  form.dataset.sent = "true";
  form.setAttribute("aria-busy", "true");
  try {
    const { next } = await send(form, file);
    say(form, "transferKept");
    const there = new URL(next, location.href);
    if (there.pathname === location.pathname) {
      history.replaceState(null, "", next);
      location.reload();
    } else {
      location.assign(next);
    }
  } catch (fault) {
    const line = form.querySelector("[data-transfer-said]");
    line.hidden = false;
    line.textContent = fault instanceof Refused ? fault.message : form.dataset.transferFailed;
    form.querySelector("input[type=file]").setAttribute("aria-invalid", "true");
  } finally {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
}

// A file dropped on the form, or pasted while it is in use, is chosen as if it were picked.
function choose(form, files) {
  if (!files?.length) return false;
  form.querySelector("input[type=file]").files = files;
  return true;
}

for (const form of document.querySelectorAll("form[data-transfer]")) {
  form.addEventListener("submit", (event) => {
    const file = form.querySelector("input[type=file]").files?.[0];
    if (!globalThis.crypto?.subtle || !file || form.dataset.sent) return;
    event.preventDefault();
    sendInPieces(form, file);
  });
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    if (choose(form, event.dataTransfer?.files)) event.preventDefault();
  });
  form.addEventListener("paste", (event) => {
    if (choose(form, event.clipboardData?.files)) event.preventDefault();
  });
}
