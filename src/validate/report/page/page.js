// The page: head, controls, and the list of columns, of which only those near the window are drawn.

import { swatch } from "./charts.js";
import { anomalyList, buildCard, cardOf, drawPicture } from "./column-card.js";
import { element, foreign, showCount, showShare, typeName } from "./format.js";
import { choose, controls, currentView, layers, mostLayers, page } from "./page-data.js";

let entries = page.columns.map(cardOf);
const missingShare = ({ figures }) =>
  Math.max(
    ...figures.map((one, i) =>
      one === null || page.datasets[i].rows === 0
        ? 1
        : one.missing / (page.datasets[i].weight ?? page.datasets[i].rows),
    ),
  );
const zeroShare = ({ figures }) =>
  Math.max(...figures.map((one) => (one?.zeros === undefined || one.present === 0 ? 0 : one.zeros / one.present)));
const errorsOf = ({ anomalies }) => anomalies.reduce((sum, { severity }) => sum + (severity === "ERROR" ? 1000 : 1), 0);
const compareNames = new Intl.Collator("en", { numeric: true }).compare;

/** Each puts what is worth a look first. */
const orders = [
  ["order", "Order in the data", (a, b) => a.index - b.index],
  ["name", "Name", (a, b) => compareNames(a.column.name, b.column.name)],
  ["missing", "Missing", (a, b) => missingShare(b.column) - missingShare(a.column)],
  ["zeros", "Zeros", (a, b) => zeroShare(b.column) - zeroShare(a.column)],
  ["uniformity", "Non-uniformity", (a, b) => b.column.nonUniformity - a.column.nonUniformity],
  ...(layers.length > 1
    ? [["distance", "Distance", (a, b) => (b.column.distance ?? -1) - (a.column.distance ?? -1)]]
    : []),
  ...(page.columns.some(({ anomalies }) => anomalies.length > 0)
    ? [["anomalies", "Anomalies", (a, b) => errorsOf(b.column) - errorsOf(a.column)]]
    : []),
];

function checkbox(id, text, checked) {
  controls[id] = element("input", { type: "checkbox", id, checked });
  return element("label", { class: "check" }, controls[id], text);
}

function select(id, text, options) {
  controls[id] = element("select", { id }, ...options.map(([value, name]) => element("option", { value }, name)));
  return element("label", { class: "field" }, element("span", {}, text), controls[id]);
}

function head() {
  const full = page.datasets.map(({ sliceOf }, i) => ({ whole: sliceOf === undefined, i }));
  // The rows of a slice are among its data set's.
  const kept = full.filter(({ whole }) => whole).map(({ i }) => i);
  const counted = kept.length > 0 ? kept : full.map(({ i }) => i);
  const cells = counted.reduce(
    (sum, i) =>
      sum +
      (page.datasets[i].weight ?? page.datasets[i].rows) * page.columns.filter((one) => one.figures[i] !== null).length,
    0,
  );
  const missing = page.columns.reduce(
    (sum, { figures }) => sum + counted.reduce((all, i) => all + (figures[i]?.missing ?? 0), 0),
    0,
  );
  const wrong = page.columns.reduce((sum, { anomalies }) => sum + anomalies.length, page.anomalies.length);
  const drifted = page.columns.filter((column) => column.drifted !== undefined).length;
  const tile = (figure, text, kind) => element("li", { class: kind }, element("b", {}, figure), text);
  return element(
    "header",
    { class: "head" },
    element("h1", {}, "Profile of ", foreign(page.title)),
    element(
      "ul",
      { class: "tiles" },
      ...page.datasets.map(({ name, rows, columns, weight }, i) =>
        element(
          "li",
          {},
          element("b", {}, showCount(rows)),
          "rows in ",
          swatch(i),
          foreign(name),
          ` (${showCount(columns)} columns${weight === undefined ? "" : `, weight ${showCount(weight)}`})`,
        ),
      ),
      tile(
        showShare(missing, cells),
        page.weight === undefined ? "of all cells missing" : "of all cells missing, weighted",
      ),
      page.weight === undefined
        ? null
        : element(
            "li",
            {},
            "Rows count with their weight in ",
            foreign(page.weight),
            "; unique values and lengths do not.",
          ),
      page.datasets.filter(({ sliceOf }) => sliceOf === undefined).length > 1
        ? tile(
            showCount(drifted),
            `of ${showCount(page.columns.length)} columns drifted`,
            drifted > 0 ? "bad" : undefined,
          )
        : null,
      tile(showCount(wrong), wrong === 1 ? "anomaly" : "anomalies", wrong > 0 ? "bad" : undefined),
    ),
    ...anomalyList(page.anomalies),
  );
}

/** Which data sets and slices lie over each other. */
function chooser() {
  if (!layers.some(({ sliceOf }) => sliceOf !== undefined)) return null;
  controls.layers = layers.map(({ name, rows }, i) => {
    const box = element("input", { type: "checkbox", value: String(i), checked: i < mostLayers });
    box.addEventListener("change", chooseLayers);
    return { box, label: element("label", { class: "check" }, box, foreign(name), ` (${showCount(rows)} rows)`) };
  });
  limitLayers();
  return element(
    "fieldset",
    {},
    element("legend", { class: "unseen" }, "Data sets and slices"),
    ...controls.layers.map(({ label }) => label),
  );
}

/** One at least, and no more than can be told apart. */
function limitLayers() {
  const chosen = controls.layers.filter(({ box }) => box.checked).length;
  for (const { box } of controls.layers) box.disabled = box.checked ? chosen === 1 : chosen === mostLayers;
}

function chooseLayers() {
  limitLayers();
  choose(controls.layers.filter(({ box }) => box.checked).map(({ box }) => Number(box.value)));
  watcher.disconnect();
  entries = page.columns.map(cardOf);
  document.querySelector("#app > header").replaceWith(head());
  arrange();
}

function toolbar() {
  const types = [...new Set(page.columns.map(({ type }) => type))];
  controls.filter = element("input", {
    type: "search",
    id: "filter",
    placeholder: "part of a name",
    autocomplete: "off",
    "aria-keyshortcuts": "/",
  });
  controls.types = types.map((type) => {
    const box = element("input", { type: "checkbox", value: type, checked: true });
    return {
      box,
      label: element(
        "label",
        { class: "check" },
        box,
        `${typeName(type)} (${page.columns.filter((one) => one.type === type).length})`,
      ),
    };
  });
  const anomalous = page.columns.some(({ anomalies }) => anomalies.length > 0);
  return element(
    "form",
    { class: "toolbar", "aria-label": "What is shown", role: "search" },
    element("label", { class: "field" }, element("span", {}, "Filter"), controls.filter),
    select("sort", "Sort by", orders),
    checkbox("reverse", "Reverse", false),
    select("chart", "Chart", [
      ["histogram", "Histogram, top values"],
      ["quantiles", "Quantiles, ranks"],
    ]),
    checkbox("log", "Log scale", false),
    checkbox("percent", "Percentages", layers.length > 1),
    checkbox("tables", "Tables", false),
    chooser(),
    anomalous ? checkbox("wrong", "Anomalies only", false) : null,
    types.length > 1
      ? element(
          "fieldset",
          {},
          element("legend", { class: "unseen" }, "Types"),
          ...controls.types.map(({ label }) => label),
        )
      : null,
  );
}

const status = element("p", { class: "status", role: "status" });
const list = element("main", { id: "columns", tabindex: "-1", "aria-label": "Columns" });

const watcher = new IntersectionObserver(
  (seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      const entry = entries[Number(target.id.slice("column-".length))];
      if (!entry.built) buildCard(entry, currentView());
    }
  },
  { rootMargin: "900px" },
);

function arrange() {
  const wanted = controls.filter.value.trim().toLowerCase();
  const types = new Set(controls.types.filter(({ box }) => box.checked).map(({ box }) => box.value));
  const [, , compare] = orders.find(([id]) => id === controls.sort.value);
  const shown = entries
    .filter(
      ({ column }) =>
        types.has(column.type) &&
        column.name.toLowerCase().includes(wanted) &&
        (!controls.wrong?.checked || column.anomalies.length > 0),
    )
    .sort((a, b) => compare(a, b) || a.index - b.index);
  if (controls.reverse.checked) shown.reverse();
  list.replaceChildren(...shown.map(({ card }) => card));
  for (const entry of shown) if (!entry.built) watcher.observe(entry.card);
  status.textContent =
    shown.length === 0
      ? "No column fits. Clear the filter or choose more types."
      : `Showing ${showCount(shown.length)} of ${showCount(entries.length)} columns.`;
}

function redraw() {
  const view = currentView();
  for (const entry of entries) {
    delete entry.table;
    if (entry.built) drawPicture(entry, view);
  }
}

const form = toolbar();
document.getElementById("app").append(head(), form, status, list);
form.addEventListener("submit", (event) => event.preventDefault());
for (const id of ["log", "percent", "tables", "chart"]) controls[id].addEventListener("change", redraw);
for (const id of ["sort", "reverse", "wrong"]) controls[id]?.addEventListener("change", arrange);
for (const { box } of controls.types) box.addEventListener("change", arrange);
controls.filter.addEventListener("input", arrange);
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName))
    return;
  event.preventDefault();
  controls.filter.focus();
});
window.addEventListener("beforeprint", () => {
  for (const entry of entries) if (!entry.built) buildCard(entry, currentView());
});
arrange();
