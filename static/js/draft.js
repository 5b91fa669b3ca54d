// Keeps what was typed in form[data-draft="name"] in this tab until the form is sent, so that a lost
// session costs nothing. Never kept: passwords, files, hidden fields and fields marked data-secret.

const PREFIX = "loket.draft.";

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && !("secret" in field.dataset)
    && !["password", "file", "hidden", "submit", "button", "reset"].includes(field.type) && field.tagName !== "FIELDSET");
}

function keep(form, key) {
  const values = fieldsOf(form)
    .filter((field) => !["checkbox", "radio"].includes(field.type) || field.checked)
    .map((field) => [field.name, field.value]);
  sessionStorage.setItem(key, JSON.stringify(values));
}

// What the server sends back is newer than a draft: only empty fields are filled.
function restore(form, key) {
  const values = JSON.parse(sessionStorage.getItem(key) ?? "[]");
  for (const field of fieldsOf(form)) {
    const kept = values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (["checkbox", "radio"].includes(field.type)) {
      const answered = fieldsOf(form).some((other) => other.name === field.name && other.defaultChecked);
      if (!answered && kept.includes(field.value)) field.checked = true;
    } else if (field.value === "" && kept.length === 1) {
      field.value = kept[0];
    }
  }
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  const key = PREFIX + form.dataset.draft;
  try {
    restore(form, key);
    form.addEventListener("input", () => keep(form, key));
    form.addEventListener("change", () => keep(form, key));
  } catch {
    // Storage is switched off: the form works without a draft.
  }
}

// A page that confirms what was sent names the draft that is no longer needed.
for (const element of document.querySelectorAll("[data-draft-done]")) {
  try {
    sessionStorage.removeItem(PREFIX + element.dataset.draftDone);
  } catch {
    // Nothing was kept.
  }
}
