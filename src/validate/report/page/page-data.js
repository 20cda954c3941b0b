// What the page shows, and how it is asked to show it.

const report = JSON.parse(document.getElementById("profile").textContent);
/** More layers than colors cannot be told apart. */
export const mostLayers = 6;
/** All data sets and slices there are. */
export const layers = report.datasets;
/** What is shown of the chosen ones. */
export const page = { ...report };
export const controls = {};

/** Shows the data sets and slices at these places, in their order. */
export function choose(places) {
  const pick = (all) => places.map((place) => all[place]);
  const toldApart = (anomalies) =>
    anomalies
      .filter(({ dataset }) => places.includes(dataset))
      .map((anomaly) => ({ ...anomaly, dataset: places.indexOf(anomaly.dataset) }));
  page.datasets = pick(layers);
  page.anomalies = toldApart(report.anomalies);
  page.columns = report.columns
    .map((column) => ({ ...column, ...comparedOf(column, places) }))
    .map((column) => ({
      ...column,
      figures: pick(column.figures),
      anomalies: toldApart(column.anomalies),
      chart: column.chart && chosenChart(column.chart, pick),
    }));
}

/** Distance and drift are against the first data set: without it there are none. */
function comparedOf({ distances = [], drifted = [] }, places) {
  const others = places.includes(0) ? places.filter((place) => place > 0).map((place) => place - 1) : [];
  const measured = others.map((other) => distances[other] ?? null).filter((distance) => distance !== null);
  const tests = [...new Set(others.flatMap((other) => drifted[other] ?? []))];
  return {
    distance: measured.length === 0 ? undefined : Math.max(...measured),
    drifted: tests.length === 0 ? undefined : tests,
  };
}

function chosenChart(chart, pick) {
  const counts = pick(chart.counts);
  if (chart.kind === "bins") return { ...chart, counts };
  return { ...chart, counts, others: pick(chart.others), ranks: pick(chart.ranks) };
}

choose(layers.map((_, place) => place).slice(0, mostLayers));

/** What a figure is called: where rows have weights, that they count. */
export function named(figure) {
  return page.weight === undefined ? figure : `${figure} (weighted)`;
}

export function currentView() {
  return {
    log: controls.log.checked,
    percent: controls.percent.checked,
    tables: controls.tables.checked,
    chart: controls.chart.value,
  };
}
