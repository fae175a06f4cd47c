// Undo: what was just done can be taken back from a message that outlives the page it began on.
import { csrf, toast } from "./shell.js";

const KEPT = "undoable";
const SECONDS = 20;
const CHUNK = 25;
const place = document.querySelector("#undo");
let timer;

const read = () => JSON.parse(sessionStorage.getItem(KEPT) || "null");

// Offers to take back `undo`: its words, the path that takes it back, and the items to send there.
function keepUndo(undo) {
  if (!undo?.items?.length) return;
  const { words, path, items, page } = undo;
  sessionStorage.setItem(KEPT, JSON.stringify({ words, path, items, page, until: Date.now() + SECONDS * 1000 }));
  show();
}

function forget() {
  clearTimeout(timer);
  sessionStorage.removeItem(KEPT);
  place.hidden = true;
}

function show() {
  const kept = read();
  if (!kept || kept.until <= Date.now()) { forget(); return; }
  place.querySelector("[data-undo-words]").textContent = kept.words;
  place.hidden = false;
  wait();
}

// Whoever is about to use it is waited for.
function wait() {
  clearTimeout(timer);
  if (!place.matches(":hover, :focus-within")) timer = setTimeout(forget, Math.max(4000, (read()?.until || 0) - Date.now()));
}

async function send(path, items) {
  const body = new URLSearchParams();
  const ids = typeof items[0] === "string";
  body.set(ids ? "ids" : "steps", ids ? items.join(",") : JSON.stringify(items));
  const answer = await fetch(path, { method: "POST", body, headers: { "X-CSRF-Token": csrf(), "HX-Request": "true" } });
  if (answer.ok) return (await answer.json()).failed;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  const detail = part.body.textContent.trim() || answer.statusText;
  return items.map(() => ({ detail }));
}

async function undo() {
  const kept = read();
  if (!kept) return;
  forget();
  const failed = [];
  try {
    for (let at = 0; at < kept.items.length; at += CHUNK) failed.push(...await send(kept.path, kept.items.slice(at, at + CHUNK)));
  } catch { failed.push({ detail: place.dataset.away }); }
  const words = failed.length ? `${place.dataset.partly} ${failed[0].detail}` : place.dataset.done;
  sessionStorage.setItem("undone", JSON.stringify([words, failed.length ? "bad" : ""]));
  if (kept.page) location.assign(kept.page);
  else location.reload();
}

if (place) {
  place.querySelector("[data-undo]").addEventListener("click", undo);
  place.querySelector("[data-undo-dismiss]").addEventListener("click", forget);
  for (const name of ["mouseenter", "focusin", "mouseleave", "focusout"]) place.addEventListener(name, () => setTimeout(wait));
  document.addEventListener("undoable", (event) => keepUndo(event.detail));
  document.addEventListener("keydown", (event) => {
    if (place.hidden || event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog")) return;
    event.preventDefault();
    undo();
  });
  show();
  const said = sessionStorage.getItem("undone");
  if (said) {
    sessionStorage.removeItem("undone");
    toast(...JSON.parse(said));
  }
}
