// Charts: drawn from what their panel holds, once the library is there. The table beside each one
// holds the same figures and the links; a bar is only its picture.
const drawn = new Map();
let library = null;

function load(path) {
  library ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = path;
    script.addEventListener("load", () => done(globalThis.echarts));
    script.addEventListener("error", failed);
    document.head.append(script);
  });
  return library;
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function options({ bars, upright }, width) {
  const left = Math.min(128, Math.round(width * 0.3));
  const text = colour("--r-text");
  const quiet = colour("--r-quiet");
  const names = {
    type: "category", data: bars.map((bar) => bar.label), inverse: !upright,
    axisLabel: { color: text, interval: 0, hideOverlap: upright, width: upright ? undefined : left - 8, overflow: "truncate" },
    axisLine: { lineStyle: { color: colour("--r-line-strong") } }, axisTick: { show: false },
  };
  const values = {
    type: "value", axisLabel: { show: false }, splitLine: { show: upright, lineStyle: { color: colour("--r-line") } },
  };
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 250,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: upright ? { left: 28, right: 28, top: 22, bottom: 22 } : { left, right: Math.min(116, Math.round(width * 0.3)), top: 4, bottom: 4 },
    xAxis: upright ? names : values,
    yAxis: upright ? values : names,
    series: [{
      type: "bar", barMaxWidth: upright ? 44 : 22, cursor: "pointer",
      data: bars.map((bar) => ({ value: bar.value, cursor: bar.filter ? "pointer" : "default" })),
      itemStyle: { color: colour("--r-accent"), borderRadius: upright ? [4, 4, 0, 0] : [0, 4, 4, 0] },
      label: {
        show: true, position: upright ? "top" : "right", color: quiet,
        formatter: (bar) => (upright ? bars[bar.dataIndex].text.split(" · ")[0] : bars[bar.dataIndex].text),
      },
      labelLayout: { hideOverlap: true },
      emphasis: { itemStyle: { color: colour("--r-text") } },
    }],
  };
}

async function draw(place) {
  const told = JSON.parse(place.dataset.chart);
  place.style.height = told.upright ? "" : `${Math.max(2, told.bars.length) * 34 + 8}px`;
  const { init } = await load(place.dataset.script);
  if (drawn.has(place) || !place.isConnected) return;
  const chart = init(place, null, { renderer: "canvas" });
  drawn.set(place, { chart, told });
  chart.on("click", ({ dataIndex }) => {
    const { filter } = told.bars[dataIndex];
    if (filter) location.assign(`${told.path}?${new URLSearchParams({ filter })}`);
  });
  // Bars can be clicked from when they have grown.
  chart.on("finished", () => { place.dataset.drawn = ""; });
  chart.setOption(options(told, place.clientWidth));
  new ResizeObserver(() => chart.resize()).observe(place);
}

// What the keyboard is at in the table is what stands out among the bars.
function point(event, type) {
  const link = event.target.closest?.("[data-bar]");
  const place = link?.closest("[data-panel]").querySelector("[data-chart]");
  if (!place) return;
  place.classList.toggle("pointed", type === "highlight");
  drawn.get(place)?.chart.dispatchAction({ type, seriesIndex: 0, dataIndex: Number(link.dataset.bar) });
}
document.addEventListener("focusin", (event) => point(event, "highlight"));
document.addEventListener("focusout", (event) => point(event, "downplay"));

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-figures]");
  if (!button) return;
  const hidden = document.getElementById(button.getAttribute("aria-controls")).classList.toggle("visually-hidden");
  button.setAttribute("aria-pressed", String(!hidden));
});

function again() {
  for (const [place, { chart, told }] of drawn) chart.setOption(options(told, place.clientWidth));
}
addEventListener("rapport:theme", again);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
document.addEventListener("htmx:load", (event) => {
  for (const place of event.detail.elt.parentElement?.querySelectorAll("[data-chart]") || []) draw(place);
});
