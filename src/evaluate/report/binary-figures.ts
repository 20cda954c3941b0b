import type { Evaluation } from "../model.ts";
import type { Pictures } from "../pictures/model.ts";
import type { Figure } from "./figure.ts";
import { type Axis, type Mark, plot } from "./plot.ts";
import { counted, interval, percent, shown, shownMetric } from "./shown.ts";

const share = (title: string): Axis => ({ title, low: 0, high: 1, show: percent });
const thin = <T>(list: readonly T[], most = 25): T[] =>
  list.filter((_, i) => i % Math.ceil(list.length / most) === 0 || i === list.length - 1);

export function calibrationFigure(bins: NonNullable<Pictures["calibration"]>, what: string): Figure {
  const marks: Mark[] = [
    {
      kind: "line",
      points: [
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ],
      colour: 5,
      dashed: true,
    },
    {
      kind: "dots",
      colour: 0,
      points: bins.map(({ meanScore, positiveShare, shareLow, shareHigh, rows }) => ({
        x: meanScore,
        y: positiveShare,
        ...(shareLow !== null && shareHigh !== null && { low: shareLow, high: shareHigh }),
        text: `said ${percent(meanScore)}, came ${percent(positiveShare)} (${counted(rows)} rows)`,
      })),
    },
  ];
  const off = bins.filter(
    ({ meanScore, shareLow, shareHigh }) =>
      shareLow !== null && shareHigh !== null && (meanScore < shareLow || meanScore > shareHigh),
  );
  const verdict =
    off.length === 0
      ? "No group of rows contradicts its probabilities."
      : `${off.length} of ${bins.length} groups contradict their probabilities: their interval does not hold what was said.`;
  return {
    title: "Calibration",
    reading: `Where 30 % is said, ${what} should hold for 30 % of the rows (the dashed line). ${verdict}`,
    picture: plot(
      `Calibration: share that came true by probability said, ${bins.length} groups. ${verdict}`,
      share("probability said"),
      share("share that came"),
      marks,
    ),
    table: {
      caption: "Calibration",
      header: ["scores", "rows", "said", "came", "interval"],
      rows: bins.map(({ low, high, rows, meanScore, positiveShare, shareLow, shareHigh }) => [
        `${shown(low)} to ${shown(high)}`,
        counted(rows),
        percent(meanScore),
        percent(positiveShare),
        interval(shareLow, shareHigh, percent),
      ]),
    },
  };
}

/** ROC and precision–recall. */
export function curveFigures({ curves, metrics, positiveShare }: Evaluation): Figure[] {
  if (curves === undefined || curves.roc.length === 0) return [];
  const auc = shownMetric(metrics.rocAucScore?.value);
  const pr = shownMetric(metrics.prAucScore?.value);
  const base = positiveShare ?? 0;
  return [
    {
      title: "ROC",
      reading: `Share of positives found, against the share of negatives that are flagged with them. The dashed line is chance; the area under the curve is ${auc}.`,
      picture: plot(`ROC curve, area ${auc}.`, share("false positive rate"), share("true positive rate"), [
        {
          kind: "line",
          points: [
            { x: 0, y: 0 },
            { x: 1, y: 1 },
          ],
          colour: 5,
          dashed: true,
        },
        { kind: "line", points: curves.roc, colour: 0 },
      ]),
      table: {
        caption: "ROC",
        header: ["threshold", "false positive rate", "true positive rate"],
        rows: thin(curves.roc).map(({ threshold, x, y }) => [shown(threshold), percent(x), percent(y)]),
      },
    },
    {
      title: "Precision and recall",
      reading: `How many alarms are right, by how many positives are found. The dashed line is chance (${percent(base)}); average precision is ${pr}.`,
      picture: plot(`Precision–recall curve, average precision ${pr}.`, share("recall"), share("precision"), [
        {
          kind: "line",
          points: [
            { x: 0, y: base },
            { x: 1, y: base },
          ],
          colour: 5,
          dashed: true,
        },
        { kind: "line", points: curves.precisionRecall, colour: 0 },
      ]),
      table: {
        caption: "Precision and recall",
        header: ["threshold", "recall", "precision"],
        rows: thin(curves.precisionRecall).map(({ threshold, x, y }) => [shown(threshold), percent(x), percent(y)]),
      },
    },
  ];
}

export function gainFigure(gains: NonNullable<Pictures["gains"]>): Figure {
  const tenth = gains.reduce((best, one) => (Math.abs(one.share - 0.1) < Math.abs(best.share - 0.1) ? one : best));
  const said = `The best ${percent(tenth.share)} of the rows hold ${percent(tenth.capture)} of the positives: ${shown(tenth.lift)} times as many as chance.`;
  return {
    title: "Gain and lift",
    reading: `Acting on the best scores first finds positives faster than taking rows blindly (dashed). ${said}`,
    picture: plot(`Gain curve. ${said}`, share("share of rows acted on"), share("share of positives found"), [
      {
        kind: "line",
        points: [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
        ],
        colour: 5,
        dashed: true,
      },
      { kind: "line", points: [{ x: 0, y: 0 }, ...gains.map((one) => ({ x: one.share, y: one.capture }))], colour: 0 },
    ]),
    table: {
      caption: "Gain and lift",
      header: ["rows acted on", "positives found", "lift"],
      rows: thin(gains).map((one) => [percent(one.share), percent(one.capture), shown(one.lift)]),
    },
  };
}

export function thresholdFigure(points: NonNullable<Pictures["thresholds"]>, threshold: number | undefined): Figure {
  const best = points.reduce((a, b) => (b.meanCost < a.meanCost ? b : a));
  const costs = points.map(({ meanCost }) => meanCost);
  const low = Math.min(...costs, 0);
  const high = Math.max(...costs);
  const xs = points.map((one) => one.threshold);
  const used = threshold === undefined ? undefined : points.findLast((one) => one.threshold >= threshold);
  const inUse = used === undefined ? "" : `The threshold in use costs about ${shown(used.meanCost)} a row. `;
  const said = `${inUse}On these rows ${shown(best.threshold)} costs least, ${shown(best.meanCost)}; rows that choose a threshold flatter it, so expect more elsewhere.`;
  return {
    title: "Threshold and cost",
    reading: `What deciding from each score on costs a row, on average. ${said}`,
    picture: plot(
      `Mean cost by threshold. ${said}`,
      { title: "threshold", low: Math.min(...xs, 0), high: Math.max(...xs) },
      { title: "mean cost of a row", low, high: high > low ? high : low + 1 },
      [
        { kind: "line", points: points.map((one) => ({ x: one.threshold, y: one.meanCost })), colour: 0 },
        { kind: "dots", points: [{ x: best.threshold, y: best.meanCost, text: said }], colour: 1 },
        ...(threshold === undefined
          ? []
          : [{ kind: "upright" as const, x: threshold, text: `in use: ${shown(threshold)}` }]),
      ],
    ),
    table: {
      caption: "Threshold and cost",
      header: ["threshold", "acted on", "precision", "recall", "mean cost"],
      rows: thin(points).map((one) => [
        shown(one.threshold),
        percent(one.actedOnShare),
        percent(one.precision),
        percent(one.recall),
        shown(one.meanCost),
      ]),
    },
  };
}

export function coverageFigure({ points, automate, maxError }: NonNullable<Pictures["coverage"]>): Figure {
  const high = Math.max(...points.map((one) => one.high), 0.01);
  const limit = percent(maxError);
  const said =
    automate === null
      ? `No share of these rows can be decided with surely less than ${limit} errors.`
      : automate.coverage === 1
        ? `All of these rows can be decided with surely less than ${limit} errors.`
        : `${percent(automate.coverage)} of these rows can be decided with surely less than ${limit} errors, those where the decision is at least ${percent(automate.confidence)} sure; the others go to people.`;
  return {
    title: "Coverage and error",
    reading: `Error among the surest decisions, by how many of them are automated. ${said}`,
    picture: plot(
      `Error by coverage. ${said}`,
      share("share of rows decided"),
      { title: "share decided wrongly", low: 0, high, show: percent },
      [
        { kind: "line", points: points.map((one) => ({ x: one.coverage, y: one.high })), colour: 5, dashed: true },
        { kind: "line", points: points.map((one) => ({ x: one.coverage, y: one.error })), colour: 0 },
        ...(automate === null
          ? []
          : [{ kind: "dots" as const, points: [{ x: automate.coverage, y: automate.error, text: said }], colour: 1 }]),
      ],
    ),
    legend: [
      { colour: 0, name: "error" },
      { colour: 5, name: "surely below (dashed)" },
    ],
    table: {
      caption: "Coverage and error",
      header: ["rows decided", "at least so sure", "wrong", "interval"],
      rows: thin(points).map((one) => [
        percent(one.coverage),
        shown(one.confidence),
        percent(one.error),
        interval(one.low, one.high, percent),
      ]),
    },
  };
}
