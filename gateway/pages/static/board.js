// A board: cards are dragged, or moved by a menu; what a stage asks for is asked in the sheet.
import { place } from "./shell.js";

let card = null;

function move(item, stage) {
  const board = document.querySelector("#board");
  const values = { stage, version: item.dataset.version, from: "board" };
  htmx.ajax("POST", `/${board.dataset.entity}/${item.dataset.id}/stage`, { target: "#sheet-body", swap: "innerHTML", values });
}

function drag() {
  for (const list of document.querySelectorAll("#board .cards")) {
    new Sortable(list, {
      group: "board", draggable: ".card-item", animation: 120, ghostClass: "ghost", delay: 120, delayOnTouchOnly: true,
      onEnd(event) {
        if (event.to !== event.from) move(event.item, event.to.dataset.stage);
      },
    });
  }
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-move-menu]");
  const menu = document.querySelector("#move-menu");
  if (opener) {
    card = opener.closest("[data-id]");
    menu.showPopover();
    place(menu, opener);
    menu.querySelector("button").focus();
  }
  const wish = event.target.closest?.("[data-move]");
  if (wish && card) { menu.hidePopover(); move(card, wish.dataset.move); }
});
// A move that was called off leaves the board as the server has it.
document.querySelector("#sheet").addEventListener("close", () => htmx.trigger(document.body, "board-changed"));
document.addEventListener("htmx:responseError", () => htmx.trigger(document.body, "board-changed"));
document.body.addEventListener("board-changed", () => document.querySelector("#sheet").open && document.querySelector("#sheet").close());
document.addEventListener("htmx:load", (event) => { if (event.detail.elt.id === "board") drag(); });
if (document.readyState === "complete") drag(); else addEventListener("load", drag);
