// Charts of one column, the data sets over each other, and the same as tables.

import { element, foreign, shape, showCount, showInstant, showNumber, showShare, visibleSign } from "./format.js";
import { page } from "./page-data.js";

const weighed = () => (page.weight === undefined ? "" : ", weighted");

const plot = { width: 380, height: 176, left: 4, right: 4, top: 12, bottom: 18 };

function scaleOf(most, view) {
  const of = view.log ? (x) => Math.log1p(x * (view.percent ? 1e4 : 1)) : (x) => x;
  const top = of(most) || 1;
  return (x) => of(x) / top;
}

function totalsOf(column) {
  return column.figures.map((figures) => (figures === null ? 0 : figures.present));
}

/** Counts of each data set as they are drawn: as such, or as shares of its present values. */
function heightsOf(column, counts, view) {
  const totals = totalsOf(column);
  return counts.map((all, i) => all?.map((count) => (view.percent ? count / Math.max(1, totals[i]) : count)) ?? null);
}

function showHeight(count, total, view) {
  return view.percent ? showShare(count, total) : showCount(count);
}

export function chartOf(column, view) {
  const { chart } = column;
  if (chart === undefined) return element("p", { class: "none" }, "No values to draw.");
  if (view.chart === "quantiles")
    return chart.kind === "bins" || numericOf(column) ? quantileChart(column) : rankChart(column, view);
  return chart.kind === "bins" ? binChart(column, view) : valueChart(column, view);
}

function numericOf(column) {
  return column.figures.some((figures) => figures?.quantiles !== undefined);
}

function svg(height, label, ...children) {
  return shape(
    "svg",
    { viewBox: `0 0 ${plot.width} ${height}`, role: "img", "aria-label": label, class: "chart" },
    ...children,
  );
}

function edgeText(chart, i) {
  return chart.time ? showInstant(chart.edges[i]) : showNumber(chart.edges[i]);
}

function binChart(column, view) {
  const { chart } = column;
  const heights = heightsOf(column, chart.counts, view);
  const bins = chart.edges.length - 1;
  const most = Math.max(...heights.flat().filter((height) => height !== null), 0);
  const scale = scaleOf(most, view);
  const width = (plot.width - plot.left - plot.right) / bins;
  const base = plot.height - plot.bottom;
  const y = (height) => base - scale(height) * (base - plot.top);
  const layers = heights.map((all, i) => {
    if (all === null) return null;
    const steps = all.map((height, k) => `L${plot.left + k * width} ${y(height)}h${width}`).join("");
    return shape("path", { class: `area d${i}`, d: `M${plot.left} ${base}${steps}V${base}` });
  });
  const hits = Array.from({ length: bins }, (_, k) =>
    shape(
      "rect",
      { class: "hit", x: plot.left + k * width, y: plot.top, width, height: base - plot.top },
      shape(
        "title",
        {},
        `${edgeText(chart, k)} to ${edgeText(chart, k + 1)}: ${eachDataset(column, chart.counts, k, view)}`,
      ),
    ),
  );
  const label = `Histogram of ${column.name}${weighed()} from ${edgeText(chart, 0)} to ${edgeText(chart, bins)}; the fullest of ${bins} bins holds ${view.percent ? showShare(most, 1) : showCount(most)}.`;
  return svg(
    plot.height,
    label,
    shape("line", { class: "axis", x1: plot.left, x2: plot.width - plot.right, y1: base, y2: base }),
    ...layers,
    ...hits,
    shape("text", { x: plot.left, y: plot.height - 4 }, edgeText(chart, 0)),
    shape("text", { x: plot.width - plot.right, y: plot.height - 4, "text-anchor": "end" }, edgeText(chart, bins)),
    shape(
      "text",
      { x: plot.width - plot.right, y: 9, "text-anchor": "end", class: "soft" },
      view.percent ? showShare(most, 1) : showCount(most),
    ),
  );
}

function eachDataset(column, counts, k, view) {
  const totals = totalsOf(column);
  return page.datasets
    .map(({ name }, i) =>
      counts[i] === null
        ? null
        : `${page.datasets.length > 1 ? `${name} ` : ""}${showHeight(counts[i][k], totals[i], view)}`,
    )
    .filter((text) => text !== null)
    .join(", ");
}

const shownValues = 10;

function valueChart(column, view) {
  const { chart } = column;
  const heights = heightsOf(column, chart.counts, view);
  const numeric = numericOf(column);
  const labels = numeric ? chart.labels : chart.labels.slice(0, shownValues);
  const sets = heights.length;
  const most = Math.max(...heights.map((all) => Math.max(0, ...(all ?? []).slice(0, labels.length))), 0);
  const scale = scaleOf(most, view);
  if (numeric) return columnsChart(column, labels, heights, scale, most, view);
  const bar = sets > 1 ? 12 : 10;
  const row = Math.max(16, bar * sets + 5);
  const start = 150;
  const room = plot.width - start - 62;
  const rows = labels.flatMap((label, k) => {
    const top = k * row + 2;
    return [
      shape("text", { x: start - 6, y: top + row / 2 + 2, "text-anchor": "end", class: "value" }, clipped(label)),
      ...heights.flatMap((all, i) => {
        if (all === null) return [];
        const width = Math.max(all[k] > 0 ? 1 : 0, scale(all[k]) * room);
        const at = top + (row - 5 - bar * sets) / 2 + i * bar;
        return [
          shape("rect", { class: `bar d${i}`, x: start, y: at, width, height: bar - 1 }),
          shape(
            "text",
            { x: start + width + 4, y: at + bar - 1.5, class: "soft small" },
            showHeight(chart.counts[i][k], totalsOf(column)[i], view),
          ),
        ];
      }),
      shape(
        "rect",
        { class: "hit", x: 0, y: top, width: plot.width, height: row },
        shape("title", {}, `${label}: ${eachDataset(column, chart.counts, k, view)}`),
      ),
    ];
  });
  const label = `Most frequent values of ${column.name}${weighed()}: ${labels
    .slice(0, 3)
    .map((one, k) => `${one}, ${eachDataset(column, chart.counts, k, view)}`)
    .join("; ")}.`;
  return svg(labels.length * row + 6, label, ...rows);
}

function clipped(label) {
  const text = label === "" ? "(empty text)" : label.replace(/[\u0000-\u001f\u007f]/g, visibleSign);
  const points = [...text];
  // Nineteen capitals are as wide as the room beside the bars.
  return points.length > 19 ? `${points.slice(0, 18).join("")}…` : text;
}

/** Whole numbers with few values: one group of bars a value, in their order. */
function columnsChart(column, labels, heights, scale, most, view) {
  const base = plot.height - plot.bottom;
  const group = (plot.width - plot.left - plot.right) / labels.length;
  const width = (group * 0.8) / heights.length;
  const every = Math.ceil(labels.length / 12);
  const bars = labels.flatMap((label, k) => [
    ...heights.flatMap((all, i) => {
      if (all === null) return [];
      const height = scale(all[k]) * (base - plot.top);
      return [
        shape("rect", {
          class: `bar d${i}`,
          x: plot.left + k * group + group * 0.1 + i * width,
          y: base - height,
          width,
          height,
        }),
      ];
    }),
    k % every === 0
      ? shape("text", { x: plot.left + (k + 0.5) * group, y: plot.height - 4, "text-anchor": "middle" }, label)
      : null,
    shape(
      "rect",
      { class: "hit", x: plot.left + k * group, y: plot.top, width: group, height: base - plot.top },
      shape("title", {}, `${label}: ${eachDataset(column, column.chart.counts, k, view)}`),
    ),
  ]);
  const label = `Counts of the ${labels.length} values of ${column.name}${weighed()}; the most frequent has ${view.percent ? showShare(most, 1) : showCount(most)}.`;
  return svg(
    plot.height,
    label,
    shape("line", { class: "axis", x1: plot.left, x2: plot.width - plot.right, y1: base, y2: base }),
    ...bars,
    shape(
      "text",
      { x: plot.width - plot.right, y: 9, "text-anchor": "end", class: "soft" },
      view.percent ? showShare(most, 1) : showCount(most),
    ),
  );
}

/** Deciles as ticks on one line a data set. */
function quantileChart(column) {
  const sets = column.figures.map((figures) => figures?.quantiles ?? null);
  const all = sets.flat().filter((x) => x !== null);
  const time = column.type === "TIMESTAMP";
  const show = time ? showInstant : showNumber;
  const low = Math.min(...all);
  const high = Math.max(...all);
  const x = (value) =>
    plot.left + 6 + (high > low ? (value - low) / (high - low) : 0.5) * (plot.width - plot.left - plot.right - 12);
  const row = 26;
  const lines = sets.flatMap((deciles, i) => {
    if (deciles === null) return [];
    const y = 16 + i * row;
    return [
      shape("line", { class: `range d${i}`, x1: x(deciles[0]), x2: x(deciles[10]), y1: y, y2: y }),
      shape("rect", {
        class: `bar d${i}`,
        x: x(deciles[1]),
        y: y - 3,
        width: Math.max(1, x(deciles[9]) - x(deciles[1])),
        height: 6,
        opacity: 0.35,
      }),
      ...deciles.map((value, k) =>
        shape(
          "line",
          { class: `tick d${i}`, x1: x(value), x2: x(value), y1: y - (k === 5 ? 10 : 6), y2: y + (k === 5 ? 10 : 6) },
          shape(
            "title",
            {},
            `${page.datasets[i].name}, ${k === 0 ? "minimum" : k === 10 ? "maximum" : k === 5 ? "median" : `${k * 10} %`}: ${show(value)}`,
          ),
        ),
      ),
    ];
  });
  const height = 16 + sets.length * row + 10;
  const label = `Deciles of ${column.name}${weighed()}: ${sets
    .map((deciles, i) =>
      deciles === null
        ? null
        : `${page.datasets[i].name} from ${show(deciles[0])} over the median ${show(deciles[5])} to ${show(deciles[10])}`,
    )
    .filter((text) => text !== null)
    .join("; ")}.`;
  return svg(
    height,
    label,
    ...lines,
    shape("text", { x: plot.left, y: height - 4 }, show(low)),
    shape("text", { x: plot.width - plot.right, y: height - 4, "text-anchor": "end" }, show(high)),
  );
}

/** Share of rows that the most frequent values cover, over their rank. */
function rankChart(column) {
  const { ranks } = column.chart;
  const base = plot.height - plot.bottom;
  const totals = ranks.map((all) => all?.at(-1) ?? 0);
  const uniques = column.figures.map((figures) => figures?.unique ?? 0);
  const most = Math.max(...uniques, 2);
  const x = (rank) => plot.left + (Math.log2(rank) / Math.log2(most)) * (plot.width - plot.left - plot.right);
  const rankAt = (all, k, i) => Math.min(2 ** k, uniques[i] || 2 ** (all.length - 1));
  const lines = ranks.map((all, i) => {
    if (all === null || all.length === 0) return null;
    const points = all.map((sum, k) => `${x(rankAt(all, k, i))},${base - (sum / totals[i]) * (base - plot.top)}`);
    return shape("polyline", { class: `curve d${i}`, points: points.join(" ") });
  });
  const label = `Share of rows that the most frequent values of ${column.name} cover, of ${showCount(most)} different ones.`;
  return svg(
    plot.height,
    label,
    shape("line", { class: "axis", x1: plot.left, x2: plot.width - plot.right, y1: base, y2: base }),
    ...lines,
    shape("text", { x: plot.left, y: plot.height - 4 }, "most frequent"),
    shape(
      "text",
      { x: plot.width - plot.right, y: plot.height - 4, "text-anchor": "end" },
      `${showCount(most)} values`,
    ),
    shape("text", { x: plot.left + 2, y: 9, class: "soft" }, "100 % of the rows"),
  );
}

/** What the chart shows, as a table. */
export function tableOf(column, view) {
  const { chart } = column;
  if (chart === undefined) return element("p", { class: "none" }, "No values to list.");
  const totals = totalsOf(column);
  const head = page.datasets.map(({ name }, i) =>
    element(
      "th",
      { scope: "col" },
      swatch(i),
      page.datasets.length > 1 ? foreign(name) : page.weight === undefined ? "Count" : "Weight",
    ),
  );
  const line = (label, counts) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, label),
      ...counts.map((count, i) =>
        element("td", {}, count === null ? "–" : `${showCount(count)} (${showShare(count, totals[i])})`),
      ),
    );
  const rows =
    view.chart === "quantiles" && numericOf(column)
      ? Array.from({ length: 11 }, (_, k) =>
          element(
            "tr",
            {},
            element(
              "th",
              { scope: "row" },
              k === 0 ? "Minimum" : k === 10 ? "Maximum" : k === 5 ? "Median" : `${k * 10} %`,
            ),
            ...column.figures.map((figures) =>
              element(
                "td",
                {},
                figures?.quantiles === undefined
                  ? "–"
                  : (column.type === "TIMESTAMP" ? showInstant : showNumber)(figures.quantiles[k]),
              ),
            ),
          ),
        )
      : chart.kind === "bins"
        ? chart.edges.slice(0, -1).map((_, k) =>
            line(
              `${edgeText(chart, k)} – ${edgeText(chart, k + 1)}`,
              chart.counts.map((all) => all?.[k] ?? null),
            ),
          )
        : [
            ...chart.labels.map((label, k) =>
              line(
                foreign(label),
                chart.counts.map((all) => all?.[k] ?? null),
              ),
            ),
            ...(chart.others.some((count) => count > 0) ? [line("all other values", chart.others)] : []),
          ];
  const what = chart.kind === "bins" ? "Range" : "Value";
  return element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": `Figures behind the chart of ${column.name}` },
    element(
      "table",
      { class: "raw" },
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, what), ...head)),
      element("tbody", {}, ...rows),
    ),
  );
}

export function swatch(i) {
  return shape(
    "svg",
    { class: "swatch", viewBox: "0 0 10 10", "aria-hidden": "true" },
    shape("rect", { class: `bar d${i}`, width: 10, height: 10, rx: 2 }),
  );
}
