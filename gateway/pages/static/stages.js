// Stages are put in order by dragging or by their arrows; moves show what they are asked for.
const frame = document.querySelector("#stages");

function put(code, position, focus) {
  const swap = { target: "#stages", select: "#stages", swap: "outerHTML", values: { code, position } };
  return htmx.ajax("POST", `${document.querySelector("#stages").dataset.path}/order`, swap).then(() => {
    const line = document.querySelector(`[data-code="${CSS.escape(code)}"]`);
    const buttons = [...(line?.querySelectorAll("[data-place]") ?? [])];
    (buttons[focus]?.disabled ? buttons[1 - focus] : buttons[focus])?.focus();
  });
}

function drag() {
  const list = document.querySelector("[data-stages]");
  if (!list || !globalThis.Sortable || list.dataset.woken) return;
  list.dataset.woken = "true";
  new Sortable(list, {
    handle: ".handle", draggable: "li", animation: 120, ghostClass: "ghost",
    onEnd(event) {
      if (event.oldIndex !== event.newIndex) put(event.item.dataset.code, event.newDraggableIndex);
    },
  });
}

document.addEventListener("click", (event) => {
  const arrow = event.target.closest?.("[data-place]");
  if (!arrow) return;
  const focus = [...arrow.parentElement.querySelectorAll("[data-place]")].indexOf(arrow);
  put(arrow.closest("[data-code]").dataset.code, arrow.dataset.place, focus);
});
document.addEventListener("htmx:afterSwap", drag);
document.querySelector("[data-moves]")?.addEventListener("change", (event) => {
  if (!(event.target instanceof HTMLSelectElement)) return;
  for (const box of event.target.closest("tr").querySelectorAll("input")) box.hidden = event.target.value !== "some";
});
if (frame) {
  if (document.readyState === "complete") drag();
  else addEventListener("load", drag);
}
