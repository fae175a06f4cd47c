// Whoever comes back to a list finds it as it was: the same groups open, as many rows, as far down,
// at the same row.
const frame = document.querySelector(".table-frame");
const table = document.querySelector("#records");
const key = `place:${location.pathname}${location.search}`;
const bodies = () => [...table.querySelectorAll("tbody:not(.group)")];
const count = (body) => body.querySelectorAll("tr[data-id]").length;
const headOf = (body) => document.querySelector(`[aria-controls="${body.id}"]`);
// A group is known by where its rows are shown alone; rows without groups are one body.
const nameOf = (body) => headOf(body)?.nextElementSibling.getAttribute("href") || "";

function note() {
  const row = document.activeElement?.closest?.("#records tr[data-id]");
  const open = bodies().filter((body) => !body.hidden).map((body) => [nameOf(body), count(body)]);
  sessionStorage.setItem(key, JSON.stringify({ open, top: frame.scrollTop, left: frame.scrollLeft, row: row?.dataset.id }));
}

function toggle(body) {
  const came = new Promise((done) => {
    for (const name of ["htmx:afterSettle", "htmx:responseError", "htmx:sendError"]) document.addEventListener(name, done, { once: true });
  });
  headOf(body).click();
  return body.hidden || count(body) ? null : came;
}

async function fill(body, rows) {
  while (count(body) < rows) {
    const more = body.querySelector(".more-row [hx-get]");
    if (!more) break;
    const before = count(body);
    await htmx.ajax("GET", more.getAttribute("hx-get"), { source: more, target: more.closest("tr"), swap: "outerHTML" });
    if (count(body) === before) break;
  }
}

async function find() {
  const kept = JSON.parse(sessionStorage.getItem(key) || "null");
  if (!kept?.open) return;
  const open = new Map(kept.open);
  for (const body of bodies()) {
    const rows = open.get(nameOf(body));
    if (body.hidden === (rows !== undefined)) await toggle(body);
    await fill(body, rows || 0);
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
