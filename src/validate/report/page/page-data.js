// What the page shows, and how it is asked to show it.

export const page = JSON.parse(document.getElementById("profile").textContent);
export const controls = {};

export function currentView() {
  return {
    log: controls.log.checked,
    percent: controls.percent.checked,
    tables: controls.tables.checked,
    chart: controls.chart.value,
  };
}
