import type { SeriesFigures } from "../measures/measure-series.ts";
import { htmlTable } from "./figure.ts";
import { counted, percent, shown, shownMetric } from "./shown.ts";

const seriesAtMost = 60;

/** The forecasts of each series, the worst first. */
export function seriesTable(series: readonly SeriesFigures[]): string {
  const kept = series.slice(0, seriesAtMost);
  const held = series.some(({ coverageScore }) => coverageScore !== undefined);
  return `<div class="card"><h3>Series</h3><p class="soft">${counted(series.length)} series, the worst first. A MASE above 1 is worse than the naive forecast of that series; “–”: no evenly spaced rows before to scale by.</p>${htmlTable(
    {
      caption: "Series",
      header: ["series", "rows", "MAE", "MASE", ...(held ? ["held by intervals"] : [])],
      rows: kept.map((one) => [
        one.series,
        one.rows,
        shown(one.maeError),
        one.maseError === null ? "–" : shownMetric(one.maseError),
        ...(held ? [one.coverageScore === undefined ? "–" : percent(one.coverageScore)] : []),
      ]),
    },
  )}${series.length > kept.length ? `<p class="soft">The ${kept.length} worst of ${series.length}.</p>` : ""}</div>`;
}
