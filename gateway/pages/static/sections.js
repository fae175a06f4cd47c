// The groups of a list: opened and closed by their heads. How they were left is kept with the place.
const heads = [...document.querySelectorAll("[data-section]")];
const rowsOf = (head) => document.getElementById(head.getAttribute("aria-controls"));

function set(head, open) {
  const rows = rowsOf(head);
  head.setAttribute("aria-expanded", String(open));
  rows.hidden = !open;
  // Rows come when they are wanted first; what failed to come is asked for again.
  if (open && !rows.querySelector("tr[data-id]")) {
    const link = head.nextElementSibling.getAttribute("href");
    htmx.ajax("GET", `${link}&section=true`, { target: rows, swap: "innerHTML" });
  }
}

document.addEventListener("click", (event) => {
  const head = event.target.closest?.("[data-section]");
  if (head) set(head, head.getAttribute("aria-expanded") !== "true");
});
for (const name of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, ({ detail }) => {
    const head = heads.find((each) => rowsOf(each) === detail.target);
    if (head) set(head, false);
  });
}
