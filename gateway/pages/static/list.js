// A list: selecting, changing many at a time, the menu of a row, walking by keyboard.
import { csrf, openSheet, place, toast } from "./shell.js";

const table = document.querySelector("#records");
const bar = document.querySelector("#bulk-bar");
const entity = table?.dataset.entity || location.pathname.split("/")[1];
const selected = new Set();
const WAIT = 350;
let row = null;

// Rows of groups that are closed are out of sight, and nothing happens to them.
const shown = () => [...table.querySelectorAll("tbody:not([hidden]) tr[data-id]")];

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
  if (!on) selected.delete(line.dataset.id);
  else if (selected.size < Number(bar.dataset.most)) selected.add(line.dataset.id);
  else return false;
  return true;
}

let anchor = null;
table?.addEventListener("click", (event) => {
  // With Shift from one box to another, as in every list.
  const box = event.target.closest("[data-select]");
  if (!box) return;
  const lines = shown();
  const now = lines.indexOf(box.closest("tr"));
  if (event.shiftKey && anchor !== null) {
    const [from, to] = [Math.min(anchor, now), Math.max(anchor, now)];
    lines.slice(from, to + 1).forEach((line) => toggle(line, box.checked));
  }
  anchor = now;
});
table?.addEventListener("change", (event) => {
  const lines = event.target.matches("[data-select]") ? [event.target.closest("tr")]
    : event.target.matches("[data-select-all]") ? shown() : [];
  if (!lines.length) return;
  if (lines.filter((line) => !toggle(line, event.target.checked)).length) toast(bar.dataset.tooMany, "bad");
  refresh();
});
document.addEventListener("htmx:afterSwap", () => table && refresh());

async function post(path, values) {
  const body = new URLSearchParams(values);
  const answer = await fetch(path, { method: "POST", body, headers: { "X-CSRF-Token": csrf(), "HX-Request": "true" } });
  if (answer.ok) return answer;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  toast(part.body.textContent.trim() || answer.statusText, "bad");
  return null;
}

const pause = (time) => new Promise((done) => setTimeout(done, time));

// What was done is offered to be taken back by undo.js, which every page has.
const keepUndo = (undo) => document.dispatchEvent(new CustomEvent("undoable", { detail: undo }));

// One job does it; the bar shows how far it is, and what was refused is told in the sheet.
async function many(values) {
  const begun = await post(`/${entity}/bulk`, values);
  if (!begun) return;
  const { job, undo } = await begun.json();
  const path = `/${entity}/bulk/${job}`;
  document.body.classList.add("working-on-many");
  for (;;) {
    await pause(WAIT);
    const answer = await fetch(path, { headers: { "HX-Request": "true" } });
    if (!answer.ok) { toast(answer.statusText, "bad"); break; }
    const now = await answer.json();
    show(now.done, now.total);
    if (["waiting", "running"].includes(now.state)) continue;
    const changed = new Set(now.changed);
    const items = undo.items.filter((each) => changed.has(each.id ?? each));
    const bad = now.refused || now.state !== "done";
    keepUndo({ ...undo, items, words: now.told });
    if (bad || !items.length) sessionStorage.setItem("told", JSON.stringify([now.told, bad ? "bad" : ""]));
    if (bad) sessionStorage.setItem("outcome", path);
    location.reload();
    return;
  }
  document.body.classList.remove("working-on-many");
}

function show(done, total) {
  if (!bar) return;
  bar.hidden = false;
  bar.querySelectorAll("button").forEach((each) => { each.disabled = true; });
  const progress = document.querySelector("#bulk-progress");
  progress.hidden = false;
  progress.max = Math.max(1, total);
  progress.value = done;
  document.querySelector("#bulk-count").textContent = `${done} / ${total}`;
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-bulk-form]");
  if (!form) return;
  event.preventDefault();
  const values = new FormData(form);
  values.set("ids", [...selected].join(","));
  values.set("action", "update");
  document.querySelector("#sheet").close();
  many(values);
});

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest?.(selector);
  if (at("[data-clear]")) { selected.clear(); refresh(); }
  const field = at("[data-bulk-field]");
  if (field) {
    openSheet(`/${entity}/bulk`).then(() => {
      const choice = document.querySelector("#bulk-field");
      choice.value = field.dataset.bulkField;
      htmx.trigger(choice, "change");
    });
  }
  if (at("[data-bulk-delete]")) many({ ids: [...selected].join(","), action: "delete" });
  const opener = at("[data-row-menu]");
  if (opener) openRowMenu(opener);
  if (at("[data-row-delete]")) remove();
});

function openRowMenu(button) {
  row = button.closest("tr");
  const menu = document.querySelector("#row-menu");
  for (const link of menu.querySelectorAll("[data-href]")) {
    link.setAttribute("href", link.dataset.href.replace("ID", row.dataset.id));
    link.hidden = "whileOpen" in link.dataset && "closed" in row.dataset;
  }
  menu.showPopover();
  place(menu, button);
  menu.querySelector("a").focus();
}

async function remove() {
  document.querySelector("#row-menu").hidePopover();
  const { id, version } = row.dataset;
  const answer = await post(`/${entity}/${id}/delete`, { version });
  if (!answer) return;
  // The record comes back into the list that it left.
  keepUndo({ ...JSON.parse(answer.headers.get("HX-Trigger")).undoable, page: undefined });
  location.reload();
}

// By keyboard: j and k walk, Enter opens, x selects.
document.addEventListener("keydown", (event) => {
  if (!table || event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog, td.editing, .menu")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = shown();
  const here = document.activeElement;
  const now = rows.findIndex((each) => each.contains(here));
  if (event.key === "j" || event.key === "k") {
    const by = event.key === "j" ? 1 : -1;
    // From the head of a group on: to the row that follows it, or to the one before.
    const before = rows.filter((each) => here.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_PRECEDING).length;
    const from = now >= 0 || !table.contains(here) ? now : before - (by > 0);
    const then = Math.max(0, Math.min(rows.length - 1, from + by));
    rows[then]?.querySelector("[data-open]").focus();
    rows[then]?.scrollIntoView({ block: "nearest" });
  } else if (event.key === "x" && rows[now]) {
    toggle(rows[now], !selected.has(rows[now].dataset.id));
    refresh();
  }
});

function taken(name) {
  const kept = sessionStorage.getItem(name);
  sessionStorage.removeItem(name);
  return kept;
}
const told = taken("told");
if (told) toast(...JSON.parse(told));
const outcome = taken("outcome");
if (outcome) addEventListener("load", () => openSheet(`${outcome}/outcome`));
