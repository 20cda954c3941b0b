import { escapeHtml } from "#validate";
import type { Progress } from "../diagnosis/project-progress.ts";
import { describeResampling, type Resampling } from "../folds/describe-resampling.ts";
import type { LearningCurve } from "../folds/learning-curve.ts";
import { metricNamed } from "../metrics/metric.ts";
import { describeHumanLevel, type HumanLevel } from "../people/measure-raters.ts";
import { type Figure, htmlFigure, htmlTable } from "./figure.ts";
import { plot } from "./plot.ts";
import { counted, interval, shown, shownMetric } from "./shown.ts";

const paragraphs = (lines: readonly string[]) => lines.map((line) => `<p>${escapeHtml(line)}</p>`).join("");

/** Each rater, all together, and the model on the rows that they labelled. */
export function peoplePart(found: HumanLevel): string {
  if (found.people === null) return `<div class="card">${paragraphs(describeHumanLevel(found))}</div>`;
  const title = metricNamed(found.by).traits.title;
  return `<div class="card">${paragraphs(describeHumanLevel(found).toSpliced(1, 1))}${htmlTable({
    caption: "People who labelled the same rows",
    header: ["who", "rows", title, "95 % interval"],
    rows: [
      ...found.raters.map(({ name, rows, value, low, high }) => [
        name,
        counted(rows),
        shownMetric(value),
        interval(low, high),
      ]),
      ["all together", counted(found.rows), shownMetric(found.people), interval(found.low, found.high)],
      ["the model on these rows", counted(found.rows), shownMetric(found.model), ""],
    ],
  })}</div>`;
}

/** Cross-validation in words, and the learning curve as a picture. */
export function resamplingPart(found: Resampling): string {
  const curve = found.learningCurve;
  const said = describeResampling(found);
  const picture =
    curve === undefined || curve.points.length < 2
      ? ""
      : `<div class="figures-grid">${htmlFigure(learningFigure(curve))}</div>`;
  return `<div class="card">${paragraphs(curve === undefined ? said : said.slice(0, -1))}</div>${picture}`;
}

function learningFigure({ metric, points, message }: LearningCurve): Figure {
  const { title } = metricNamed(metric).traits;
  const known = points.flatMap(({ rows, value, low, high }) =>
    value === null ? [] : [{ x: rows, y: value, ...(low !== null && high !== null && { low, high }) }],
  );
  const ends = known.flatMap(({ y, low = y, high = y }) => [low, high]);
  return {
    title: "Learning curve",
    reading: `${title} on the validation rows by the number of training rows, with 95 % intervals. ${message}`,
    picture: plot(
      `${title} by training rows: ${known.map(({ x, y }) => `${counted(x)} rows ${shown(y)}`).join("; ")}.`,
      { title: "training rows", low: 0, high: Math.max(...known.map(({ x }) => x)), show: counted },
      { title, low: Math.min(...ends), high: Math.max(...ends) },
      [
        { kind: "line", points: known, colour: 0 },
        { kind: "dots", points: known, colour: 0 },
      ],
    ),
    table: {
      caption: "Learning curve",
      header: ["training rows", title, "95 % interval"],
      rows: points.map(({ rows, value, low, high }) => [counted(rows), shownMetric(value), interval(low, high)]),
    },
  };
}

/** Every version's value, the best so far, and where that would go. */
export function progressPart({ metric, points, projected, said }: Progress): string {
  if (points.length < 2) return `<div class="card">${paragraphs([said])}</div>`;
  const { title } = metricNamed(metric).traits;
  const dot = ({ version, value, low, high }: Progress["points"][number]) => ({
    x: version,
    y: value,
    ...(low !== null && high !== null && { low, high }),
    text: `version ${version}: ${shown(value)}`,
  });
  const best = points.map((one) => ({ x: one.version, y: one.best }));
  const ahead = projected.map((one) => ({ x: one.version, y: one.value, low: one.low, high: one.high }));
  const ends = [...points.map(dot), ...ahead].flatMap(({ y, low = y, high = y }) => [low, high]);
  const versions = [...best, ...ahead].map(({ x }) => x);
  const figure: Figure = {
    title: "Best over the versions",
    reading: `${title} of each version on its test rows, with 95 % intervals; the line is the best so far${ahead.length > 0 ? ", dashed where it would go" : ""}. ${said}`,
    picture: plot(
      `${title} over ${points.length} versions; the best is ${shown(best.at(-1)!.y)}.`,
      { title: "version", low: Math.min(...versions), high: Math.max(...versions), show: String },
      { title, low: Math.min(...ends), high: Math.max(...ends) },
      [
        { kind: "dots", points: points.map(dot), colour: 0 },
        { kind: "line", points: best, colour: 0 },
        ...(ahead.length === 0
          ? []
          : [
              { kind: "line" as const, points: [best.at(-1)!, ...ahead], colour: 1, dashed: true },
              { kind: "dots" as const, points: ahead, colour: 1 },
            ]),
      ],
    ),
    table: {
      caption: "Best over the versions",
      header: ["version", title, "95 % interval", "best so far"],
      rows: [
        ...points.map((one) => [
          String(one.version),
          shownMetric(one.value),
          interval(one.low, one.high),
          shownMetric(one.best),
        ]),
        ...projected.map((one) => [
          `${one.version} (projected)`,
          "",
          interval(one.low, one.high),
          shownMetric(one.value),
        ]),
      ],
    },
  };
  return `<div class="figures-grid">${htmlFigure(figure)}</div>`;
}
