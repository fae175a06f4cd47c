// Around lists and boards: saved views, and walking through menus.
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
// In a menu the arrow keys go from one act to the next.
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu");
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !by) return;
  event.preventDefault();
  const acts = [...menu.querySelectorAll("a, button")].filter((each) => each.offsetParent);
  acts.at((acts.indexOf(document.activeElement) + by) % acts.length).focus();
});
