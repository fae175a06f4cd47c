// The recycle bin: kinds without anything are left out, and all of one kind is selected at once.
const bin = document.querySelector("#bin");

function tidy() {
  const kinds = [...bin.querySelectorAll(".bin-kind")];
  for (const kind of kinds) kind.hidden = Boolean(kind.querySelector("[data-bin-nothing]"));
  document.querySelector("#bin-empty").hidden = kinds.some((kind) => !kind.hidden);
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (!bin.contains(event.detail.target)) return;
  tidy();
  event.detail.target.querySelector(".bin-said, .problem")?.focus();
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-bin-all]")) return;
  for (const each of event.target.form.querySelectorAll("[name=ids][type=checkbox]")) each.checked = event.target.checked;
});
// One record alone is restored by its own button, whatever else is selected.
document.addEventListener("htmx:configRequest", (event) => {
  const button = event.detail.triggeringEvent?.submitter;
  if (button?.matches("[data-restore-one]")) event.detail.parameters.ids = button.value;
});
