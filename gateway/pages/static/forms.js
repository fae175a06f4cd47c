// Inside forms: rows that repeat, records that are picked, the filter builder.
const debounce = (act, wait) => {
  let timer;
  return (...given) => { clearTimeout(timer); timer = setTimeout(() => act(...given), wait); };
};

// A new empty row follows as soon as the last one is filled.
document.addEventListener("input", (event) => {
  const row = event.target.closest?.(".repeated-new");
  if (!row || event.target.type === "radio" || event.target.type === "checkbox" || !event.target.value) return;
  const next = row.cloneNode(true);
  row.classList.remove("repeated-new");
  const place = row.parentElement.children.length;
  for (const input of next.querySelectorAll("input")) {
    if (input.type === "radio" || input.type === "checkbox") { input.value = place; input.checked = false; }
    else input.value = "";
  }
  row.after(next);
});

const find = debounce((picker, input, list) => {
  const query = new URLSearchParams({ entity: picker.dataset.entity, q: input.value.trim() });
  if ("typed" in picker.dataset) query.set("typed", "true");
  htmx.ajax("GET", `/pick?${query}`, { target: list }).then(() => show(input, list, true));
}, 180);

function show(input, list, open) {
  list.hidden = !open;
  input.setAttribute("aria-expanded", String(open));
}

function pick(picker, option) {
  const name = picker.dataset.name;
  const picked = picker.querySelector(".picked");
  if (!("several" in picker.dataset)) picked.replaceChildren();
  const one = document.createElement("span");
  one.className = "picked-one";
  const hidden = Object.assign(document.createElement("input"), { type: "hidden", name, value: option.dataset.id });
  const words = document.createElement("span");
  words.textContent = option.dataset.name;
  const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  remove.dataset.unpick = "";
  remove.setAttribute("aria-label", `${picker.dataset.remove} ${option.dataset.name}`);
  one.append(hidden, words, remove);
  picked.append(one);
  const input = picker.querySelector("[role=combobox]");
  input.value = "";
  show(input, picker.querySelector("[role=listbox]"), false);
  input.focus();
}

document.addEventListener("focusin", (event) => {
  const picker = event.target.closest?.("[data-picker]");
  for (const other of document.querySelectorAll("[data-picker]")) {
    if (other !== picker) show(other.querySelector("[role=combobox]"), other.querySelector("[role=listbox]"), false);
  }
});
document.addEventListener("input", (event) => {
  const picker = event.target.closest?.("[data-picker]");
  if (picker && event.target.role === "combobox") find(picker, event.target, picker.querySelector("[role=listbox]"));
});
document.addEventListener("keydown", (event) => {
  const picker = event.target.closest?.("[data-picker]");
  if (!picker || event.target.role !== "combobox") return;
  const list = picker.querySelector("[role=listbox]");
  const options = [...list.querySelectorAll("[role=option]")];
  const now = options.findIndex((each) => each.classList.contains("active"));
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) { find(picker, event.target, list); return; }
    const next = (now + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length;
    options.forEach((each, at) => each.classList.toggle("active", at === next));
    options[next]?.scrollIntoView({ block: "nearest" });
  } else if (event.key === "Enter" && !list.hidden) {
    event.preventDefault();
    const chosen = options[now] || options[0];
    if (chosen) pick(picker, chosen);
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    event.stopPropagation();
    show(event.target, list, false);
  }
});
document.addEventListener("click", (event) => {
  const option = event.target.closest?.("[data-picker] [role=option]");
  if (option) pick(option.closest("[data-picker]"), option);
  const unpick = event.target.closest?.("[data-unpick]");
  if (unpick) unpick.closest(".picked-one").remove();
});

// The filter builder: rows of field, condition and value become the API's filter.
function build(form) {
  if (form.dataset.built) return;
  form.dataset.built = "true";
  const offered = JSON.parse(form.dataset.offered);
  const rows = form.querySelector(".filter-rows");
  const words = form.dataset.words.split("|");
  const add = (name, operator, value) => rows.append(filterRow(offered, words, name, operator, value));
  const given = conditions(form.dataset.given ? JSON.parse(form.dataset.given) : {});
  given.forEach((each) => add(...each));
  if (!given.length) add();
  form.querySelector("[data-add]").addEventListener("click", () => add());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const parts = [...rows.children].map((row) => condition(offered, row)).filter(Boolean);
    const query = new URLSearchParams(form.dataset.kept);
    if (form.dataset.q) query.set("q", form.dataset.q);
    if (form.dataset.sort) query.set("sort", form.dataset.sort);
    if (parts.length) query.set("filter", JSON.stringify(parts.length === 1 ? parts[0] : { and: parts }));
    location.assign(`${form.dataset.path}?${query}`);
  });
}

function conditions(filter) {
  return Object.entries(filter).flatMap(([name, value]) => {
    if (name === "and") return value.flatMap(conditions);
    if (name === "or" || name === "not") return [];
    if (value === null || typeof value !== "object") return [[name, "eq", value]];
    return Object.entries(value).map(([operator, operand]) => [name, operator, operand]);
  });
}

function select(options, label, chosen) {
  const made = document.createElement("select");
  made.className = "form-select";
  made.setAttribute("aria-label", label);
  for (const [value, words] of options) made.add(new Option(words, value, false, value === String(chosen)));
  return made;
}

function filterRow(offered, words, name, operator, value) {
  const row = document.createElement("div");
  row.className = "filter-row";
  const field = select(offered.map((each) => [each.name, each.label]), words[0], name);
  const remove = Object.assign(document.createElement("button"), { type: "button", className: "icon-button", textContent: "×" });
  remove.setAttribute("aria-label", words[3]);
  remove.addEventListener("click", () => row.remove());
  const follow = (one, ...others) => {
    while (one.nextSibling) one.nextSibling.remove();
    one.after(...others);
  };
  row.append(field);
  const draw = (wanted, given) => {
    const one = offered.find((each) => each.name === field.value);
    const compare = select(one.operators, words[1], wanted);
    const fill = () => {
      const flag = ["empty", "nempty"].includes(compare.value);
      const days = compare.value.startsWith("within_");
      let input;
      if (!days && (one.kind === "choice" || one.kind === "boolean")) input = select(one.values, words[2], given);
      else {
        input = document.createElement("input");
        input.className = "form-control";
        input.type = days ? "number" : one.kind === "date" ? "date" : "text";
        if (one.kind === "number") input.inputMode = "decimal";
        input.setAttribute("aria-label", words[2]);
        input.value = given && typeof given === "object" ? given.amount ?? "" : given ?? "";
      }
      input.dataset.value = "";
      input.hidden = flag;
      // What has the keyboard stays where it is, or the keyboard would be nowhere.
      follow(compare, input, remove);
    };
    follow(field, compare);
    compare.addEventListener("change", fill);
    fill();
  };
  field.addEventListener("change", () => draw());
  draw(operator, value);
  return row;
}

function condition(offered, row) {
  const [field, compare, input] = row.children;
  const one = offered.find((each) => each.name === field.value);
  const operator = compare.value;
  if (operator === "empty" || operator === "nempty") return { [one.name]: { [operator]: true } };
  if (!input.value) return null;
  let value = input.value;
  if (operator.startsWith("within_")) value = Number(value);
  else if (one.kind === "boolean") value = value === "true";
  else if (one.type === "integer") value = Number(value);
  return { [one.name]: operator === "eq" ? value : { [operator]: value } };
}

function wake(root) {
  root.querySelectorAll?.("[data-filter-form]").forEach(build);
}
document.addEventListener("htmx:load", (event) => wake(event.detail.elt.parentElement || document));

// Lists whose choice acts at once. Arrow keys change a closed list at each step on the way, so what
// was walked to is chosen by Enter or by leaving, as it is when the list stands open.
const ACTING = "select[data-submit], select[data-acts]";
let walked = null;
function choose(list) {
  walked = null;
  if (list.matches("[data-submit]")) list.form.submit();
  else list.dispatchEvent(new Event("chosen", { bubbles: true }));
}
document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.(ACTING)) return;
  const opens = event.key === " " || event.key === "F4" || event.altKey;
  if (event.key === "Enter" && walked === event.target) { event.preventDefault(); choose(event.target); }
  else if (opens) walked = null;
  else if (event.key !== "Tab" && event.key !== "Shift") walked = event.target;
});
document.addEventListener("pointerdown", (event) => { if (event.target === walked) walked = null; });
document.addEventListener("change", (event) => {
  if (event.target.matches?.(ACTING) && walked !== event.target) choose(event.target);
});
document.addEventListener("focusout", (event) => {
  if (walked !== event.target) return;
  if (event.target.selectedOptions[0]?.defaultSelected) walked = null;
  else choose(event.target);
});
wake(document);
