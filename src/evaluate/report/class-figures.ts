import { escapeHtml } from "#validate";
import type { Confusion } from "../model.ts";
import type { ClassCurve } from "../pictures/model.ts";
import { type Figure, htmlTable } from "./figure.ts";
import { plot } from "./plot.ts";
import { counted, percent } from "./shown.ts";

const classesAtMost = 20;

/** Rows by what was true and what was decided; the darker, the greater the share of its row. */
export function confusionTable({ classes, counts }: Confusion): string {
  const kept = classes.slice(0, classesAtMost);
  const rows = kept.map((name, actual) => {
    const total = counts[actual]!.reduce((a, b) => a + b, 0);
    return [
      name,
      ...kept.map((_, said) => {
        const count = counts[actual]![said]!;
        const share = total === 0 ? 0 : count / total;
        const tint = `tint t${Math.round(share * 8)}${actual === said ? "" : " off"}`;
        return {
          html: `<span class="${tint}">${escapeHtml(counted(Number(count.toFixed(2))))}<small>${percent(share)}</small></span>`,
        };
      }),
    ];
  });
  const more =
    classes.length > kept.length ? `<p class="soft">The first ${kept.length} of ${classes.length} classes.</p>` : "";
  return `<div class="card"><h3>Confusion</h3><p class="soft">A row is what was true, a column what was decided; shares are of the row.</p>${htmlTable(
    { caption: "Confusion", header: ["true \\ decided", ...kept], rows },
  )}${more}</div>`;
}

export function classCurveFigure(curves: readonly ClassCurve[]): Figure {
  const drawn = curves.slice(0, 6);
  return {
    title: "ROC of each class",
    reading: "Each class against all others: share of its rows found, by share of other rows taken for it.",
    picture: plot(
      `ROC curves of ${drawn.map(({ name }) => name).join(", ")}, each against the rest.`,
      { title: "false positive rate", low: 0, high: 1, show: percent },
      { title: "true positive rate", low: 0, high: 1, show: percent },
      drawn.map(({ points }, colour) => ({ kind: "line" as const, points, colour })),
    ),
    legend: drawn.map(({ name }, colour) => ({ colour, name })),
    table: {
      caption: "Share of each class's rows found",
      header: ["class", ...[0.01, 0.05, 0.1, 0.2].map((at) => `at ${percent(at)} false positives`)],
      rows: curves.map(({ name, points }) => [
        name,
        ...[0.01, 0.05, 0.1, 0.2].map((at) => percent(points.findLast(({ x }) => x <= at)?.y ?? 0)),
      ]),
    },
  };
}
