// The grid of a role: what differs from what was shown is told at its foot, and alone is sent.
const form = document.querySelector("[data-changes]");

function was(control) {
  return control.dataset.was ?? "";
}

function now(control) {
  return control.type === "checkbox" ? String(control.checked) : control.value;
}

function words(control, value) {
  if (control.type === "checkbox") return value === "true" ? "✓" : "–";
  if (control instanceof HTMLSelectElement) return [...control.options].find((one) => one.value === value)?.text ?? value;
  return value || "–";
}

function changedControls() {
  return [...form.querySelectorAll("select[name], input[data-was]")].filter((one) => now(one) !== was(one));
}

function held(list) {
  return [...list.querySelectorAll(".picked input")].map((one) => one.value).sort();
}

function changedLists() {
  return [...form.querySelectorAll("[data-list]")].filter((list) => held(list).join(",") !== was(list));
}

function line(label, before, after) {
  const item = document.createElement("li");
  const from = Object.assign(document.createElement("del"), { textContent: before });
  const to = Object.assign(document.createElement("ins"), { textContent: after });
  item.append(`${label}: `, ...(before ? [from, " → "] : []), to);
  return item;
}

function tell() {
  const controls = changedControls();
  const lists = changedLists();
  for (const one of form.querySelectorAll("[data-changed]")) one.removeAttribute("data-changed");
  const lines = controls.map((one) => {
    one.dataset.changed = "";
    const label = one.dataset.label || one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.name;
    return line(label, words(one, was(one)), words(one, now(one)));
  });
  lines.push(...lists.map((list) => {
    const names = [...list.querySelectorAll(".picked-one > span")].map((one) => one.textContent);
    return line(list.querySelector(".form-label").textContent, "", names.join(", ") || "–");
  }));
  const foot = form.querySelector("[data-foot]");
  foot.hidden = !lines.length;
  foot.querySelector("[data-count]").textContent = lines.length;
  foot.querySelector("[data-list-of-changes]").replaceChildren(...lines);
}

function drawLevel(select) {
  if (select.classList.contains("level")) select.className = `form-select form-select-sm level level-${select.value || "usual"}`;
}

// A stage without exceptions has no inputs until somebody wants one.
function addException(choice) {
  const row = choice.closest("details").querySelector(`[data-stage="${CSS.escape(choice.value)}"]`);
  const options = document.querySelector("#level-options").content.querySelector("select");
  for (const place of row.querySelectorAll("[data-cell]")) {
    const select = options.cloneNode(true);
    select.name = place.dataset.cell;
    select.setAttribute("aria-label", place.dataset.label);
    place.replaceWith(select);
  }
  row.hidden = false;
  row.closest("[data-exceptions-frame]").hidden = false;
  choice.selectedOptions[0].remove();
  choice.value = "";
  row.querySelector("select").focus();
}

if (form) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-acts]")) return;
    if (event.target instanceof HTMLSelectElement) drawLevel(event.target);
    tell();
  });
  form.addEventListener("chosen", (event) => { if (event.target.value) addException(event.target); });
  form.addEventListener("input", tell);
  for (const picked of form.querySelectorAll("[data-list] .picked")) {
    new MutationObserver(tell).observe(picked, { childList: true });
  }
  form.addEventListener("reset", (event) => { event.preventDefault(); location.assign(form.getAttribute("action")); });
  form.addEventListener("formdata", ({ formData }) => {
    for (const one of form.querySelectorAll("select[name], input[data-was]")) formData.delete(one.name);
    for (const one of changedControls()) formData.set(one.name, now(one));
    const lists = new Set(changedLists());
    for (const list of form.querySelectorAll("[data-list]")) {
      formData.delete(list.dataset.list);
      if (!lists.has(list)) continue;
      formData.append(list.dataset.list, "");
      for (const id of held(list)) formData.append(list.dataset.list, id);
    }
  });
  tell();
}
