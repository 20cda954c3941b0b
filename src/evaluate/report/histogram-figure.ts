import type { Histogram } from "../pictures/model.ts";
import type { Figure } from "./figure.ts";
import { plot } from "./plot.ts";
import { counted, percent, shown } from "./shown.ts";

/** Counts of bins, groups of rows over each other, each as a share of its own rows. */
export function histogramFigure(title: string, reading: string, axis: string, { edges, series }: Histogram): Figure {
  const drawn = series.filter(({ counts }) => counts.some((count) => count > 0));
  const shares = drawn.map(({ counts }) => {
    const total = counts.reduce((a, b) => a + b, 0);
    return counts.map((count) => count / total);
  });
  const high = Math.max(...shares.flat(), 0.01);
  return {
    title,
    reading,
    picture: plot(
      `Histogram of ${axis}: ${drawn.map(({ name, counts }) => `${name}, ${counted(counts.reduce((a, b) => a + b, 0))}`).join("; ")}.`,
      { title: axis, low: edges[0]!, high: edges.at(-1)! },
      { title: "share of its rows", low: 0, high, show: percent },
      shares.map((heights, i) => ({ kind: "steps" as const, edges, heights, colour: i })),
    ),
    legend: drawn.length < 2 ? [] : drawn.map(({ name }, colour) => ({ colour, name })),
    table: {
      caption: title,
      header: [axis, ...drawn.map(({ name }) => name)],
      rows: edges
        .slice(0, -1)
        .map((edge, i) => [
          `${shown(edge)} to ${shown(edges[i + 1])}`,
          ...drawn.map(({ counts }) => counted(counts[i]!)),
        ]),
    },
  };
}
