// A list: selecting, changing many, editing in place, moving by keyboard.
import { csrf, openSheet, place, toast } from "./shell.js";

const table = document.querySelector("#records");
const bar = document.querySelector("#bulk-bar");
const selected = new Set();
const CHUNK = 25;
let row = null;

function refresh() {
  bar.hidden = selected.size === 0;
  document.querySelector("#bulk-count").textContent = selected.size;
  for (const each of table.querySelectorAll("[data-select]")) {
    const line = each.closest("tr");
    each.checked = selected.has(line.dataset.id);
    line.classList.toggle("selected", each.checked);
  }
}

function toggle(line, on) {
  if (on && selected.size >= Number(bar.dataset.most)) toast(bar.dataset.tooMany, "bad");
  else if (on) selected.add(line.dataset.id);
  else selected.delete(line.dataset.id);
}

table?.addEventListener("change", (event) => {
  if (event.target.matches("[data-select]")) toggle(event.target.closest("tr"), event.target.checked);
  else if (event.target.matches("[data-select-all]")) {
    for (const line of table.querySelectorAll("tbody tr[data-id]")) toggle(line, event.target.checked);
  } else return;
  refresh();
});

// What was done is offered to be taken back by undo.js, which every page has.
const keepUndo = (undo) => document.dispatchEvent(new CustomEvent("undoable", { detail: undo }));

async function send(path, values) {
  const ids = [...selected];
  const progress = document.querySelector("#bulk-progress");
  progress.hidden = false;
  const failed = [];
  const undo = { items: [] };
  for (let at = 0; at < ids.length; at += CHUNK) {
    const body = new URLSearchParams(values);
    body.set("ids", ids.slice(at, at + CHUNK).join(","));
    const answer = await fetch(path, { method: "POST", body, headers: { "X-CSRF-Token": csrf(), "HX-Request": "true" } });
    if (!answer.ok) {
      const part = new DOMParser().parseFromString(await answer.text(), "text/html");
      toast(part.body.textContent.trim() || answer.statusText, "bad");
      progress.hidden = true;
      return;
    }
    const told = await answer.json();
    failed.push(...told.failed);
    undo.path = told.undo.path;
    undo.items.push(...told.undo.items);
    progress.value = Math.min(1, (at + CHUNK) / ids.length);
  }
  const words = [`${bar.dataset.done} ${ids.length - failed.length}`];
  if (failed.length) words.push(`${bar.dataset.failed} ${failed.length}. ${failed[0].detail}`);
  const said = words.join(". ");
  keepUndo({ ...undo, words: `${bar.dataset.done} ${ids.length - failed.length}` });
  if (failed.length || !undo.items.length) sessionStorage.setItem("told", JSON.stringify([said, failed.length ? "bad" : ""]));
  location.reload();
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-bulk-form]");
  if (!form) return;
  event.preventDefault();
  const values = new FormData(form);
  document.querySelector("#sheet").close();
  send(`/${table.dataset.entity}/bulk`, values);
});

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest?.(selector);
  if (at("[data-clear]")) { selected.clear(); refresh(); }
  const field = at("[data-bulk-field]");
  if (field) {
    openSheet(`/${table.dataset.entity}/bulk`).then(() => {
      const choice = document.querySelector("#bulk-field");
      choice.value = field.dataset.bulkField;
      htmx.trigger(choice, "change");
    });
  }
  if (at("[data-bulk-delete]") && confirm(bar.dataset.sure)) send(`/${table.dataset.entity}/bulk/delete`, {});
  const opener = at("[data-row-menu]");
  if (opener) openRowMenu(opener);
  if (at("[data-row-delete]")) removeRow();
});

function openRowMenu(button) {
  row = button.closest("tr");
  const menu = document.querySelector("#row-menu");
  for (const link of menu.querySelectorAll("[data-href]")) {
    link.setAttribute("href", `/${table.dataset.entity}/${row.dataset.id}${link.dataset.href}`);
  }
  menu.showPopover();
  place(menu, button);
  menu.querySelector("a").focus();
}

async function removeRow() {
  document.querySelector("#row-menu").hidePopover();
  selected.clear();
  selected.add(row.dataset.id);
  const id = row.dataset.id;
  const body = new URLSearchParams({ ids: id });
  const path = `/${table.dataset.entity}`;
  const answer = await fetch(`${path}/bulk/delete`, { method: "POST", body, headers: { "X-CSRF-Token": csrf(), "HX-Request": "true" } });
  const told = answer.ok ? await answer.json() : { failed: [{ detail: answer.statusText }] };
  if (told.failed.length) { toast(told.failed[0].detail, "bad"); selected.clear(); refresh(); return; }
  keepUndo({ ...told.undo, words: bar.dataset.deleted });
  location.reload();
}

// In place: a double click on a cell, or F2 in it.
function edit(cell) {
  if (cell && !cell.classList.contains("editing")) {
    htmx.ajax("GET", cell.dataset.edit, { target: cell, swap: "outerHTML" });
  }
}
table?.addEventListener("dblclick", (event) => {
  if (!event.target.closest("a, input, button, select, textarea")) edit(event.target.closest("[data-edit]"));
});
document.addEventListener("htmx:afterSwap", (event) => {
  const cell = event.detail.elt?.closest?.(".editing") || document.querySelector("td.editing");
  cell?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  if (table) refresh();
});

// By keyboard: j and k walk, Enter opens, x selects, F2 edits the cells one after another.
let now = -1;
document.addEventListener("keydown", (event) => {
  if (event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog")) {
    if (event.key === "Escape") event.target.closest("td.editing")?.querySelector("[data-cancel]")?.click();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !table) return;
  const rows = [...table.querySelectorAll("tbody tr[data-id]")];
  if (event.key === "j" || event.key === "k") {
    now = Math.max(0, Math.min(rows.length - 1, now + (event.key === "j" ? 1 : -1)));
    rows.forEach((each, at) => each.classList.toggle("current", at === now));
    rows[now].querySelector("[data-open]").focus();
    rows[now].scrollIntoView({ block: "nearest" });
  } else if (event.key === "x" && rows[now]) {
    toggle(rows[now], !selected.has(rows[now].dataset.id));
    refresh();
  } else if (event.key === "F2" && rows[now]) {
    event.preventDefault();
    edit(rows[now].querySelector("[data-edit]:not(.editing)"));
  }
});

const told = sessionStorage.getItem("told");
if (told) {
  sessionStorage.removeItem("told");
  toast(...JSON.parse(told));
}
