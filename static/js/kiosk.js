// Back to the first screen when nobody touches the kiosk: data-idle="60" (seconds) and
// data-idle-home="/antrean/opi"; a dialog warns for the last twenty seconds,
// or, on the page of the number, a line counts down.

const WARN_SECONDS = 20;

const kiosk = document.querySelector("[data-idle]");
const dialog = document.querySelector("dialog[data-idle-warning]");
const left = dialog?.querySelector("[data-idle-left]");
const back = document.querySelector("[data-back]");
let lastTouch = Date.now();

function touched() {
  lastTouch = Date.now();
  if (dialog?.open) dialog.close();
}

function tick() {
  const rest = Number(kiosk.dataset.idle) - Math.floor((Date.now() - lastTouch) / 1000);
  if (back) {
    back.querySelector("[data-idle-rest]").textContent = String(Math.max(0, rest));
    back.hidden = false;
  }
  if (rest <= 0) {
    location.replace(kiosk.dataset.idleHome);
  } else if (rest <= WARN_SECONDS && dialog) {
    left.textContent = String(rest);
    if (!dialog.open) dialog.showModal();
  }
}

if (kiosk) {
  for (const name of ["pointerdown", "keydown", "input"]) document.addEventListener(name, touched);
  setInterval(tick, 1000);
}
