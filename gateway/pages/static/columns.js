// The columns of a list: chosen and ordered in the sheet, made wider at the edge of their heads.
import { csrf, toast } from "./shell.js";

const NARROWEST = 40;
const WIDEST = 2000;
const STEP = 16;

async function keep(path, values) {
  const body = new URLSearchParams(values);
  const answer = await fetch(path, { method: "POST", body, headers: { "X-CSRF-Token": csrf(), "HX-Request": "true" } });
  if (!answer.ok) toast(answer.statusText, "bad");
  return answer.ok;
}

function columnsForm(form) {
  if (form.dataset.built) return;
  form.dataset.built = "true";
  const send = async (values) => {
    if (await keep(form.dataset.columns, { view: form.dataset.view, ...values })) location.reload();
  };
  form.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    const up = event.target.closest("[data-up]");
    const down = event.target.closest("[data-down]");
    if (up && item.previousElementSibling) { item.previousElementSibling.before(item); up.focus(); }
    if (down && item.nextElementSibling) { item.nextElementSibling.after(item); down.focus(); }
    if (event.target.closest("[data-reset]")) send({ reset: "true" });
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = [...form.querySelectorAll("li:has(input:checked)")];
    const columns = chosen.map((each) => ({ field: each.dataset.name, ...(each.dataset.width && { width: Number(each.dataset.width) }) }));
    send({ columns: JSON.stringify(columns), page_size: form.elements.page_size.value });
  });
}
document.addEventListener("htmx:load", (event) => {
  event.detail.elt.parentElement?.querySelectorAll("[data-columns]").forEach(columnsForm);
});

// The edge of a head: dragged, or moved by the arrow keys.
const table = document.querySelector("#records");
const heads = () => [...table.querySelectorAll("th[data-name]")];
const columnOf = (head) => table.querySelectorAll("col")[head.cellIndex];

function widen(head, width) {
  const fits = Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));
  columnOf(head).width = fits;
  table.setAttribute("width", [...table.querySelectorAll("col")].reduce((sum, each) => sum + Number(each.width), 0));
  head.querySelector(".resize").setAttribute("aria-valuenow", fits);
}

function save() {
  const columns = heads().map((head) => ({ field: head.dataset.name, width: Number(columnOf(head).width) }));
  keep(`/${table.dataset.entity}/columns`, { view: table.dataset.view, columns: JSON.stringify(columns), quiet: "true" });
}

// Columns share what is left of a wide frame: from the first change on, each is as wide as it is.
function settle() {
  if (table.hasAttribute("width")) return;
  const wide = heads().map((head) => head.offsetWidth);
  heads().forEach((head, at) => widen(head, wide[at]));
}

table?.addEventListener("pointerdown", (event) => {
  const edge = event.target.closest(".resize");
  if (!edge) return;
  event.preventDefault();
  settle();
  const head = edge.closest("th");
  const began = event.clientX - Number(columnOf(head).width);
  const follow = (move) => widen(head, move.clientX - began);
  edge.setPointerCapture(event.pointerId);
  edge.addEventListener("pointermove", follow);
  edge.addEventListener("lostpointercapture", () => { edge.removeEventListener("pointermove", follow); save(); }, { once: true });
});
let later;
table?.addEventListener("keydown", (event) => {
  const edge = event.target.closest(".resize");
  const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
  if (!edge || !by) return;
  event.preventDefault();
  event.stopPropagation();
  settle();
  const head = edge.closest("th");
  widen(head, Number(columnOf(head).width) + by);
  clearTimeout(later);
  later = setTimeout(save, 400);
});
