// Whoever comes back to a list finds it as it was: as many rows, as far down, at the same row.
const frame = document.querySelector(".table-frame");
const table = document.querySelector("#records");
const key = `place:${location.pathname}${location.search}`;
const rows = () => table.querySelectorAll("tbody tr[data-id]").length;

function note() {
  const row = document.activeElement?.closest?.("#records tr[data-id]");
  sessionStorage.setItem(key, JSON.stringify({ rows: rows(), top: frame.scrollTop, left: frame.scrollLeft, row: row?.dataset.id }));
}

async function find() {
  const kept = JSON.parse(sessionStorage.getItem(key) || "null");
  if (!kept) return;
  while (rows() < kept.rows) {
    const more = table.querySelector(".more-row [hx-get]");
    if (!more) break;
    const before = rows();
    await htmx.ajax("GET", more.getAttribute("hx-get"), { source: more, target: more.closest("tr"), swap: "outerHTML" });
    if (rows() === before) break;
  }
  frame.scrollTo(kept.left, kept.top);
  const row = kept.row && table.querySelector(`tr[data-id="${CSS.escape(kept.row)}"]`);
  row?.querySelector("[data-open]")?.focus({ preventScroll: true });
}

if (frame) {
  addEventListener("pagehide", note);
  const [arrived] = performance.getEntriesByType("navigation");
  const back = arrived?.type === "back_forward" || arrived?.type === "reload";
  if (!back) sessionStorage.removeItem(key);
  else if (window.htmx) find();
  else addEventListener("load", find);
}
