import type { ForecastInput } from "../model.ts";

/** How one of several series is forecast. */
export interface SeriesFigures {
  readonly series: string;
  readonly rows: number;
  readonly maeError: number;
  /** `null`: the series shows no change before to scale by. */
  readonly maseError: number | null;
  /** Share of the true values within their intervals; absent without intervals. */
  readonly coverageScore?: number;
}

/**
 * The figures of each series that has rows, the worst MASE first, those without one last.
 *
 * Shapes: scores and labels one a row, as `forecast` has them.
 */
export function measureSeries(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  { series, interval }: ForecastInput,
): readonly SeriesFigures[] {
  if (series === undefined) return [];
  const rowsOf: number[][] = series.names.map(() => []);
  for (let row = 0; row < labels.length; row++) rowsOf[series.of[row]!]!.push(row);
  const found = series.names.flatMap((name, k): SeriesFigures[] => {
    const rows = rowsOf[k]!;
    if (rows.length === 0) return [];
    const mean = (of: (row: number) => number) => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
    const maeError = mean((row) => Math.abs(scores[row]! - labels[row]!));
    const scale = series.scales[k]?.absolute ?? null;
    const holds = (row: number) =>
      labels[row]! >= interval!.low[row]! && labels[row]! <= interval!.high[row]! ? 1 : 0;
    return [
      {
        series: name,
        rows: rows.length,
        maeError,
        maseError: scale === null ? null : maeError / scale,
        ...(interval !== undefined && { coverageScore: mean(holds) }),
      },
    ];
  });
  return found.sort((a, b) => (b.maseError ?? -1) - (a.maseError ?? -1) || (a.series < b.series ? -1 : 1));
}
