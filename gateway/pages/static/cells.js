// Values edited where they stand: Enter or F2 edits, Escape leaves, Tab saves and goes on to the next.
const table = document.querySelector("#records");
let next = null;

function edit(cell) {
  if (cell?.dataset.edit) htmx.ajax("GET", cell.dataset.edit, { target: cell, swap: "outerHTML" });
}

// The cells of a row that a value can be typed into, and its title.
const stops = (row) => [...row.querySelectorAll("[data-open], td[data-edit], td.editing")];
const stopOf = (element) => element.closest("td")?.querySelector("[data-open]") || element.closest("td[data-edit], td.editing");

function walk(from, by) {
  const found = stops(from.closest("tr"));
  found[found.indexOf(stopOf(from)) + by]?.focus();
}

function down(from, by) {
  const rows = [...table.querySelectorAll("tbody:not([hidden]) tr[data-id]")];
  const other = rows[rows.indexOf(from.closest("tr")) + by];
  if (!other) return;
  const place = from.closest("td").cellIndex;
  (other.cells[place].querySelector("[data-open]") || other.cells[place]).focus();
}

// After an input came or went, the keyboard is where its user left it.
function mark(cell) {
  const place = [...cell.closest("tr").cells].indexOf(cell);
  return { id: cell.closest("tr").dataset.id, place };
}
function at({ id, place }) {
  return table.querySelector(`tr[data-id="${CSS.escape(id)}"]`)?.cells[place];
}

table?.addEventListener("dblclick", (event) => {
  if (!event.target.closest("a, input, button, select, textarea")) edit(event.target.closest("[data-edit]"));
});

const MOVES = { ArrowLeft: -1, ArrowRight: 1 };
table?.addEventListener("keydown", (event) => {
  const editing = event.target.closest("td.editing");
  if (editing) return leave(event, editing);
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const cell = event.target.closest("td[data-edit]");
  const here = cell || event.target.closest("[data-open]");
  if (!here) return undefined;
  if ((event.key === "Enter" || event.key === "F2") && cell) { event.preventDefault(); edit(cell); }
  else if (event.key === "F2") { event.preventDefault(); edit(event.target.closest("tr").querySelector("td[data-edit]")); }
  else if (MOVES[event.key]) { event.preventDefault(); walk(event.target, MOVES[event.key]); }
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); down(event.target, event.key === "ArrowDown" ? 1 : -1); }
  return undefined;
});

function leave(event, cell) {
  if (event.defaultPrevented) return;
  if (event.key === "Escape") {
    event.preventDefault();
    cell.querySelector("[data-cancel]").click();
    return;
  }
  // What was refused, or is also changed by somebody else, has acts of its own to come to.
  if (event.key !== "Tab" || cell.querySelector("[aria-invalid], .alert")) return;
  const inputs = [...cell.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((each) => each.offsetParent);
  const last = event.shiftKey ? inputs[0] : inputs.at(-1);
  if (event.target !== last) return;
  event.preventDefault();
  const found = stops(cell.closest("tr")).filter((each) => each.matches("td"));
  const goal = found[found.indexOf(cell) + (event.shiftKey ? -1 : 1)];
  next = goal ? mark(goal) : null;
  cell.querySelector("form").requestSubmit();
}

let left = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const cell = event.detail.target?.closest?.("#records td");
  left = cell ? mark(cell) : null;
});
document.addEventListener("htmx:afterSettle", () => {
  if (!left || !table) return;
  const cell = at(left);
  left = null;
  const input = cell?.querySelector("input:not([type=hidden]), select, textarea");
  if (cell?.classList.contains("editing")) {
    input?.focus();
    input?.select?.();
    if (cell.querySelector("[aria-invalid], .alert")) next = null;
    return;
  }
  if (next) { const goal = at(next); next = null; edit(goal); return; }
  cell?.focus();
});
