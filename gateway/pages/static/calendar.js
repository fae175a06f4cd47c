// The calendar by keyboard: one day at a time takes the focus, and Enter or a click opens it.
import { openSheet } from "./shell.js";

const frame = document.querySelector("#calendar");
const WEEK = 7;
let focused = location.hash === "#day";
let last = new URLSearchParams(location.search).get("day");

const cells = () => [...frame.querySelectorAll("[data-day]")];

function focus(cell) {
  for (const each of cells()) each.tabIndex = each === cell ? 0 : -1;
  last = cell.dataset.day;
  cell.focus();
}

function away(day, step) {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + step);
  return date.toISOString().slice(0, 10);
}

function go(cell, step) {
  const day = away(cell.dataset.day, step);
  const next = cells().find((each) => each.dataset.day === day);
  if (next) focus(next);
  else location.assign(`${frame.dataset.here}&day=${day}#day`);
}

function turn(selector) {
  location.assign(`${document.querySelector(selector).href}#day`);
}

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -WEEK, ArrowDown: WEEK };
frame.addEventListener("keydown", (event) => {
  const cell = event.target.closest("[data-day]");
  if (!cell || event.target !== cell || event.ctrlKey || event.metaKey || event.altKey) return;
  const place = [...cell.parentElement.children].indexOf(cell);
  if (event.key in STEPS) go(cell, STEPS[event.key]);
  else if (event.key === "Home") go(cell, -place);
  else if (event.key === "End") go(cell, WEEK - 1 - place);
  else if (event.key === "PageUp") turn("[data-earlier]");
  else if (event.key === "PageDown") turn("[data-later]");
  else if (event.key === "Enter" || event.key === " ") open(cell);
  else return;
  event.preventDefault();
});

function open(cell) {
  last = cell.dataset.day;
  openSheet(`/calendar/day?day=${cell.dataset.day}`);
}
frame.addEventListener("click", (event) => {
  const cell = event.target.closest("[data-day]");
  if (cell && !event.target.closest("a")) open(cell);
});

// The grid comes anew when a plan changes; whoever was in it stays on their day.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target === frame && frame.contains(document.activeElement)) focused = true;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== frame) return;
  const cell = cells().find((each) => each.dataset.day === last) || frame.querySelector("[tabindex='0']");
  if (!cell) return;
  for (const each of cells()) each.tabIndex = each === cell ? 0 : -1;
  if (focused) { focused = false; cell.focus(); }
});
document.querySelector("#sheet").addEventListener("close", () => {
  const cell = cells().find((each) => each.dataset.day === last);
  if (cell) focus(cell);
});
