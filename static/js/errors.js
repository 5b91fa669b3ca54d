// Takes the reader to the error summary of a form that came back.
document.querySelector("[data-error-summary]")?.focus();
