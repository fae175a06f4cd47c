// A record: the composer shows what its kind needs, and a link may lead straight to it.
function shape(form) {
  const kind = form.querySelector("[name=kind]:checked")?.value;
  for (const part of form.querySelectorAll("[data-when]")) {
    part.hidden = !part.dataset.when.split(" ").includes(kind);
  }
}
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("[data-composer]");
  if (form && event.target.name === "kind") shape(form);
});
document.addEventListener("htmx:afterSwap", (event) => {
  const form = event.detail.target.querySelector?.("[data-composer]");
  if (!form) return;
  shape(form);
  if (location.hash === "#composer") {
    form.scrollIntoView({ block: "center" });
    form.querySelector("textarea").focus();
    history.replaceState(null, "", location.pathname);
  }
});
document.addEventListener("htmx:afterSwap", (event) => {
  event.detail.elt?.querySelector?.(".inline-form input:not([type=hidden]), .inline-form select, .inline-form textarea")?.focus();
});
