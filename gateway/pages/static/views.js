// Saved views: what their form asks for depends on who is to see them.
function shape(form) {
  const scope = form.querySelector("[name=scope]:checked")?.value;
  form.querySelector("[data-roles]").hidden = scope !== "roles";
  const shared = form.querySelector("[data-shared]");
  if (shared) shared.hidden = scope === "private";
}
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("[data-view-form]");
  if (form && event.target.name === "scope") shape(form);
});
// Where a form of the page leads once it was heard.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const then = event.detail.elt.dataset?.then;
  if (!then || event.detail.xhr.status >= 300) return;
  event.preventDefault();
  location.assign(then);
});
// The tab that is open is in sight.
document.querySelector(".view-tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
