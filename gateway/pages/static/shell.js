// What every page has: menus, the sheet, the palette, keyboard shortcuts, messages.
const $ = (selector, root = document) => root.querySelector(selector);
const sheet = $("#sheet");
const palette = $("#palette");

export function toast(text, kind = "") {
  const line = document.createElement("div");
  line.className = `toast-line ${kind}`;
  line.textContent = text;
  $("#toasts").append(line);
  setTimeout(() => line.remove(), 7000);
}

export function place(menu, button) {
  const box = button.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - menu.offsetWidth - 8))}px`;
  const below = box.bottom + 4;
  const fits = below + menu.offsetHeight < innerHeight;
  menu.style.top = `${fits ? below : Math.max(8, box.top - menu.offsetHeight - 4)}px`;
}

export function csrf() {
  return JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRF-Token"] || "";
}

export function openSheet(path) {
  return htmx.ajax("GET", path, { target: "#sheet-body" });
}

// Menus are popovers: they open at their button.
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!(menu instanceof HTMLElement) || !menu.popover) return;
  const button = $(`[popovertarget="${menu.id}"]`);
  button?.setAttribute("aria-expanded", String(event.newState === "open"));
  if (event.newState !== "open") return;
  if (button) place(menu, button);
  if (menu.dataset.load) {
    htmx.ajax("GET", menu.dataset.load, { target: menu }).then(() => button && place(menu, button));
  }
}, true);

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest?.(selector);
  if (at("[data-palette]")) openPalette();
  if (at("[data-retry]")) askAgain(at("[data-panel][hx-get]"));
  if (at("[data-help]")) { $("#menu-user").hidePopover(); $("#help").showModal(); }
  if (at("[popover] a, [popover] [hx-get]")) at("[popover]").hidePopover();
  const close = at("[data-close]");
  if (close && at("dialog")) { event.preventDefault(); at("dialog").close(); }
  if (event.target instanceof HTMLDialogElement && !event.target.matches(".guarded")) event.target.close();
  const theme = at("[data-theme-choice]");
  if (theme) chooseTheme(theme);
  const toggle = at("[data-sidebar]");
  if (toggle) setSidebar(!document.body.classList.contains("sidebar-open"));
  else if (!at(".sidebar")) setSidebar(false);
  const link = at("a[data-sheet]");
  if (link && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    palette?.close();
    openSheet(link.getAttribute("href"));
  }
});

function setSidebar(open) {
  document.body.classList.toggle("sidebar-open", open);
  $("[data-sidebar]")?.setAttribute("aria-expanded", String(open));
}

function chooseTheme(button) {
  const chosen = button.dataset.themeChoice;
  document.cookie = `theme=${chosen}; Path=/; Max-Age=31536000; SameSite=Lax`;
  document.documentElement.dataset.theme = chosen;
  dispatchEvent(new Event("rapport:theme"));
  for (const each of document.querySelectorAll("[data-theme-choice]")) {
    each.setAttribute("aria-pressed", String(each === button));
  }
}

// The sheet opens when something was put into it.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "sheet-body") return;
  if (!sheet.open) sheet.showModal();
  $("#sheet-body input:not([type=hidden]):not([type=checkbox]), #sheet-body select, #sheet-body textarea")?.focus();
});
// What is refused stands in its panel, else in a message.
document.addEventListener("htmx:responseError", (event) => {
  const { xhr, target } = event.detail;
  const part = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector(".problem");
  const words = part?.querySelector("span")?.textContent.trim() || `${xhr.status} ${xhr.statusText}`;
  if (target?.hasAttribute("data-panel") && part) target.replaceChildren(document.importNode(part, true));
  else toast(words, "bad");
});
document.addEventListener("htmx:sendError", () => toast(document.body.dataset.silent, "bad"));

function askAgain(panel) {
  htmx.ajax("GET", panel.getAttribute("hx-get"), { target: panel });
  // The button goes with what it stood in; whoever pressed it by keyboard goes on from the panel.
  panel.tabIndex = -1;
  panel.focus({ preventScroll: true });
}

function openPalette() {
  if (!palette || palette.open) return;
  palette.showModal();
  const input = $("#palette-input");
  input.value = "";
  entered = false;
  htmx.ajax("GET", "/search", { target: "#palette-results" });
  input.focus();
}

palette?.addEventListener("keydown", (event) => {
  const options = [...palette.querySelectorAll("[role=option]")];
  const now = options.findIndex((each) => each.classList.contains("active"));
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = Math.max(0, Math.min(options.length - 1, now + (event.key === "ArrowDown" ? 1 : -1)));
    options.forEach((each, at) => each.classList.toggle("active", at === next));
    options[next]?.scrollIntoView({ block: "nearest" });
    options[next]?.setAttribute("id", "palette-active");
    options[now]?.removeAttribute("id");
    $("#palette-input").setAttribute("aria-activedescendant", "palette-active");
  } else if (event.key === "Enter") {
    event.preventDefault();
    // Whoever types faster than answers come means what they typed, not what stood there before.
    if (options[now]) options[now].click();
    else if (answered === $("#palette-input").value) options[0]?.click();
    else entered = true;
  }
});

let answered = "";
let entered = false;
palette?.addEventListener("input", () => { entered = false; });
palette?.addEventListener("htmx:afterSwap", (event) => {
  answered = event.detail.requestConfig.parameters.q ?? "";
  if (entered && answered === $("#palette-input").value) {
    entered = false;
    palette.querySelector("[role=option]")?.click();
  }
});

let pending = "";
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (typing && typing.type !== "checkbox") return;
  if (event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
  if (pending === "g") {
    pending = "";
    const places = [...document.querySelectorAll("[data-go]")];
    const letters = { companies: "m" };
    const found = places.find((each) => (letters[each.dataset.go] || each.dataset.go[0]) === event.key);
    if (found) { event.preventDefault(); found.click(); }
    return;
  }
  const act = SHORTCUTS[event.key];
  if (act && act() !== false) event.preventDefault();
});

const SHORTCUTS = {
  g: () => { pending = "g"; setTimeout(() => { pending = ""; }, 1200); },
  "?": () => $("#help")?.showModal(),
  "/": () => ($("#list-q") ? $("#list-q").focus() : openPalette()),
  c: () => $("[popovertarget=menu-create]")?.click(),
  e: () => $("[data-edit-record]")?.click(),
  f: () => $("[data-filter]")?.click(),
  n: () => $("#composer textarea")?.focus(),
};
