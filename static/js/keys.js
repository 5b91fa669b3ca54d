// One letter presses one button or link: [data-key="N"]. Not while somebody types in a field, not with
// a modifier held; Alt+letter always works. [data-keys-toggle] switches the single letters off and on.

const STORE = "loket.keys";
let singleKeys = readChoice();

function readChoice() {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
}

function showChoice() {
  document.body.classList.toggle("keys-off", !singleKeys);
  for (const toggle of document.querySelectorAll("[data-keys-toggle]")) {
    toggle.hidden = false;
    toggle.setAttribute("aria-pressed", String(singleKeys));
  }
}

function isTyping(target) {
  return target instanceof HTMLElement
    && (target.isContentEditable || target.matches("select, textarea, input:not([type=checkbox], [type=radio], [type=submit], [type=button])"));
}

function letterOf(event) {
  const match = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(event.code);
  if (event.altKey && match) return match[1] ?? match[2];
  return event.key.length === 1 ? event.key.toUpperCase() : "";
}

function findTarget(letter) {
  const scope = document.querySelector("dialog[open]") ?? document;
  return [...scope.querySelectorAll("[data-key]")].find((element) => element.dataset.key.toUpperCase() === letter
    && !element.disabled && element.getAttribute("aria-disabled") !== "true" && element.getClientRects().length > 0);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.isComposing || event.repeat || event.defaultPrevented) return;
  if (!event.altKey && (!singleKeys || isTyping(event.target))) return;
  const target = findTarget(letterOf(event));
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.click();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-keys-toggle]")) return;
  singleKeys = !singleKeys;
  try {
    localStorage.setItem(STORE, singleKeys ? "on" : "off");
  } catch {
    // The choice then lasts as long as this page.
  }
  showChoice();
});

showChoice();
