// One card a column: what it is, what is wrong with it, its figures, its chart.

import { chartOf, swatch, tableOf } from "./charts.js";
import { element, foreign, shortInstant, showCount, showNumber, showShare, typeName } from "./format.js";
import { currentView, named, page } from "./page-data.js";

export function cardOf(column, index) {
  const card = element(
    "article",
    { class: "card", id: `column-${index}`, "aria-labelledby": `name-${index}` },
    element(
      "header",
      {},
      element("h2", { id: `name-${index}` }, foreign(column.name)),
      element("span", { class: "badge" }, typeName(column.type)),
      column.distance === undefined
        ? null
        : element("span", { class: "badge" }, `distance ${Number(column.distance.toPrecision(2))}`),
      column.drifted === undefined
        ? null
        : element("span", { class: "badge bad" }, `drifted (${column.drifted.join(", ")})`),
    ),
  );
  return { card, column, index, built: false };
}

/** Fills a card that comes into sight. */
export function buildCard(entry, view) {
  const { card, column } = entry;
  entry.built = true;
  const picture = element("div", { class: "picture" });
  const toggle = element("button", { type: "button", class: "quiet", "aria-pressed": "false" }, "Table");
  toggle.setAttribute("aria-label", `Show ${column.name} as a table`);
  toggle.addEventListener("click", () => {
    entry.table = !(entry.table ?? currentView().tables);
    drawPicture(entry, currentView());
  });
  entry.picture = picture;
  entry.toggle = toggle;
  card.append(
    ...anomalyList(column.anomalies),
    element(
      "div",
      { class: "body" },
      figuresOf(column),
      element("div", { class: "side" }, picture, column.chart === undefined ? null : toggle),
    ),
  );
  drawPicture(entry, view);
}

export function drawPicture(entry, view) {
  const asTable = entry.table ?? view.tables;
  entry.picture.replaceChildren(asTable ? tableOf(entry.column, view) : chartOf(entry.column, view));
  entry.toggle.setAttribute("aria-pressed", String(asTable));
}

export function anomalyList(anomalies) {
  if (anomalies.length === 0) return [];
  return [element("ul", { class: "anomalies" }, ...anomalies.map(anomalyItem))];
}

function anomalyItem({ dataset, severity, short, long, rows, suggestion }) {
  const many = page.datasets.length > 1;
  return element(
    "li",
    { class: severity === "ERROR" ? "bad" : "warn" },
    element("strong", {}, severity === "ERROR" ? "Error: " : "Warning: ", short),
    many ? element("span", {}, " in ", foreign(page.datasets[dataset].name)) : null,
    long === "" || long === short ? null : element("p", {}, long),
    rows === undefined ? null : element("p", { class: "soft" }, rows),
    suggestion === undefined ? null : element("p", { class: "soft" }, suggestion),
  );
}

/** Heading, text and whether it is worth a look. */
function cellsOf(figures, rows) {
  const { missing, zeros, nans, infinities, unique, mean, std, quantiles, range, top, lengths, valency, present } =
    figures;
  const cells = [
    [named("Missing"), `${showCount(missing)} (${showShare(missing, rows)})`, rows > 0 && missing / rows > 0.3],
  ];
  if (nans !== undefined) cells.push(["NaN", showCount(nans), true]);
  if (infinities !== undefined) cells.push(["Infinite", showCount(infinities), true]);
  if (unique !== undefined) cells.push(["Unique", showCount(unique), unique === 1 && present > 1]);
  if (zeros !== undefined && figures.type !== "BOOL")
    cells.push([named("Zeros"), showShare(zeros, present), present > 0 && zeros / present > 0.5]);
  if (mean !== undefined)
    cells.push([
      named(figures.type === "BOOL" ? "Share of true" : "Mean"),
      figures.type === "BOOL" ? showShare(mean, 1) : showNumber(mean),
    ]);
  if (std !== undefined) cells.push([named("Std. dev."), showNumber(std)]);
  if (range !== undefined) cells.push(["First", shortInstant(range[0])], ["Last", shortInstant(range[1])]);
  else if (quantiles !== undefined)
    cells.push(
      ["Min", showNumber(quantiles[0])],
      [named("Median"), showNumber(quantiles[5])],
      ["Max", showNumber(quantiles[10])],
    );
  if (top !== undefined && top.length > 0 && figures.type !== "BOOL")
    cells.push([named("Top"), foreign(top[0][0])], [named("Freq. of top"), showCount(top[0][1])]);
  if (lengths !== undefined)
    cells.push([
      "Length",
      lengths[0] === lengths[2]
        ? showNumber(lengths[0])
        : `${showNumber(lengths[1])} (${showNumber(lengths[0])}\u00a0–\u00a0${showNumber(lengths[2])})`,
    ]);
  if (valency !== undefined)
    cells.push([
      "Values a row",
      valency[0] === valency[1] ? showNumber(valency[0]) : `${showNumber(valency[0])} – ${showNumber(valency[1])}`,
    ]);
  return cells;
}

function figuresOf(column) {
  const sets = column.figures.map((figures, i) =>
    figures === null ? null : cellsOf(figures, page.datasets[i].weight ?? page.datasets[i].rows),
  );
  const headings = [];
  for (const cells of sets)
    for (const [heading] of cells ?? []) if (!headings.includes(heading)) headings.push(heading);
  const many = page.datasets.length > 1;
  const head = many
    ? element(
        "thead",
        {},
        element(
          "tr",
          {},
          element("td", {}),
          ...page.datasets.map(({ name }, i) => element("th", { scope: "col" }, swatch(i), foreign(name))),
        ),
      )
    : null;
  const rows = headings.map((heading) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, heading),
      ...sets.map((cells) => {
        if (cells === null) return element("td", { class: "soft" }, "no such column");
        const [, text, hot] = cells.find(([one]) => one === heading) ?? [];
        return element("td", { class: hot ? "hot" : undefined }, text ?? "–");
      }),
    ),
  );
  return element(
    "table",
    { class: "figures" },
    element("caption", { class: "unseen" }, "Figures of ", column.name),
    head,
    element("tbody", {}, ...rows),
  );
}
