import type { Pictures } from "../pictures/model.ts";
import type { Figure } from "./figure.ts";
import { type Axis, plot } from "./plot.ts";
import { counted, interval, shown } from "./shown.ts";

/** Predicted against true values, and the spread of the errors, both by the height of the prediction. */
export function residualFigures(bins: NonNullable<Pictures["residuals"]>): Figure[] {
  const off = bins.filter(({ meanScore, labelLow, labelHigh }) => meanScore < labelLow || meanScore > labelHigh);
  const said =
    off.length === 0
      ? "In every group the mean prediction lies within the interval of the true mean."
      : `In ${off.length} of ${bins.length} groups the mean prediction lies outside the interval of the true mean.`;
  const scores = bins.map((one) => one.meanScore);
  const both = axis("mean prediction", [...scores, ...bins.flatMap((one) => [one.labelLow, one.labelHigh])]);
  const table = {
    caption: "Groups of rows by prediction",
    header: ["mean prediction", "rows", "true mean", "interval", "error: lowest tenth", "middle", "highest tenth"],
    rows: bins.map((one) => [
      shown(one.meanScore),
      counted(one.rows),
      shown(one.meanLabel),
      interval(one.labelLow, one.labelHigh, shown),
      ...one.residuals.map(shown),
    ]),
  };
  return [
    {
      title: "Predicted and true",
      reading: `Rows in ${bins.length} groups by their prediction; the dashed line is a perfect one. ${said}`,
      picture: plot(`True mean by mean prediction. ${said}`, both, { ...both, title: "true mean" }, [
        {
          kind: "line",
          points: [
            { x: both.low, y: both.low },
            { x: both.high, y: both.high },
          ],
          colour: 5,
          dashed: true,
        },
        {
          kind: "dots",
          colour: 0,
          points: bins.map((one) => ({
            x: one.meanScore,
            y: one.meanLabel,
            low: one.labelLow,
            high: one.labelHigh,
            text: `said ${shown(one.meanScore)}, was ${shown(one.meanLabel)}`,
          })),
        },
      ]),
      table,
    },
    {
      title: "Residuals",
      reading:
        "True minus predicted value by prediction: the middle error, and the range that holds 80 % of the rows. A slope or a fan says what the model has not learnt.",
      picture: plot(
        `Residuals by mean prediction in ${bins.length} groups, with the range of 80 % of the rows.`,
        axis("mean prediction", scores),
        axis(
          "true minus predicted",
          bins.flatMap((one) => [...one.residuals, 0]),
        ),
        [
          { kind: "level", y: 0 },
          {
            kind: "dots",
            colour: 0,
            points: bins.map(({ meanScore, residuals: [low, middle, high] }) => ({
              x: meanScore,
              y: middle,
              low,
              high,
            })),
          },
        ],
      ),
      table: { ...table, caption: "Residuals of groups of rows" },
    },
  ];
}

function axis(title: string, values: readonly number[]): Axis {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const pad = high > low ? (high - low) * 0.04 : 1;
  return { title, low: low - pad, high: high + pad };
}
