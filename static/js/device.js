// A paired kiosk or board says that it is there, and loads its page again when it was taken out of service.

const BEAT_MS = 20000;
const PAIRED = 204;

let wasPaired = false;

async function beat() {
  try {
    const reply = await fetch("/pasang/hadir", { cache: "no-store" });
    const isPaired = reply.status === PAIRED;
    if (wasPaired && reply.ok && !isPaired) location.reload();
    wasPaired = isPaired || (wasPaired && !reply.ok);
    if (wasPaired) setTimeout(beat, BEAT_MS);
  } catch {
    if (wasPaired) setTimeout(beat, BEAT_MS);
  }
}

beat();
