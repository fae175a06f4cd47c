// A conversion: a known record is linked with one click, and what came of it is shown on the page.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-link-instead]");
  if (!button) return;
  const part = button.closest(".convert-part");
  const mode = part.querySelector("[type=radio][value=link]");
  const options = part.querySelector(".pane-link [role=listbox]");
  const option = Object.assign(document.createElement("button"), { type: "button", role: "option" });
  option.dataset.id = button.dataset.id;
  option.dataset.name = button.dataset.name;
  mode.checked = true;
  options.replaceChildren(option);
  option.click();
  options.replaceChildren();
  mode.focus();
});
// What a list or a record says of the lead is old once it was converted.
document.querySelector("#sheet")?.addEventListener("close", (event) => {
  if (event.target.querySelector("[data-converted]")) location.reload();
});
document.addEventListener("htmx:afterSwap", (event) => {
  const done = event.detail.elt?.closest?.("#content [data-converted=undone]") || document.querySelector("#content [data-converted=undone]");
  if (done) location.reload();
  if (event.detail.target.id === "sheet-body" || event.detail.target.parentElement?.id === "sheet") {
    document.querySelector("#sheet [data-converted] .sheet-foot [data-close]")?.focus();
    document.querySelector(".convert-form [aria-invalid=true]")?.focus();
  }
});
// What can be done with the record at hand is a command of the palette too.
document.addEventListener("htmx:afterSwap", (event) => {
  const results = event.detail.target;
  if (results.id !== "palette-results") return;
  const typed = document.querySelector("#palette-input").value.trim().toLowerCase();
  for (const command of document.querySelectorAll("[data-command]")) {
    if (!command.dataset.command.toLowerCase().includes(typed)) continue;
    const option = document.createElement("a");
    const words = document.createElement("span");
    words.textContent = command.dataset.command;
    option.setAttribute("role", "option");
    option.tabIndex = -1;
    option.href = command.getAttribute("href");
    option.dataset.sheet = "";
    option.append(command.querySelector("svg").cloneNode(true), words);
    results.querySelector(".menu-note")?.remove();
    results.prepend(option);
  }
});
