import type { InputDependence } from "../explain/explore-inputs.ts";
import type { InputImportance } from "../explain/model.ts";
import type { Contributions } from "../explain/summarize-contributions.ts";
import type { Figure } from "./figure.ts";
import { type Mark, plot } from "./plot.ts";
import { rowPlot } from "./row-plot.ts";
import { counted, countedOf, interval, shown } from "./shown.ts";

const shownInputs = 15;

/** What the metric loses when one input is shuffled, with intervals. */
export function importanceFigure(importances: readonly InputImportance[], metric: string, rows: number): Figure {
  const drawn = importances.slice(0, shownInputs);
  const sure = importances.filter(({ low }) => low !== null && low > 0).length;
  const drawnAnew = importances.some(({ low }) => low !== null);
  const said = `${counted(sure)} of ${countedOf(importances.length, "input")} surely ${sure === 1 ? "helps" : "help"}: the whole interval lies above 0.`;
  return {
    title: "Importance",
    rows,
    reading: `How much worse ${metric} gets when the values of one input are shuffled among the rows${drawnAnew ? "; the line is the 95 % interval" : ""}. Inputs that say the same hide each other.${drawnAnew ? ` ${said}` : ""}`,
    picture: rowPlot(
      `How much worse ${metric} gets when an input is shuffled, greatest first: ${drawn
        .slice(0, 3)
        .map(({ input, loss }) => `${input} ${shown(loss)}`)
        .join(", ")}.`,
      `${metric} gets worse by`,
      drawn.map(({ input, loss, low, high }) => ({
        name: input,
        bar: loss,
        ...(low !== null && high !== null && { range: [low, high] as const }),
      })),
    ),
    table: {
      caption: "Importance",
      header: ["input", "worse by", "95 % interval"],
      rows: importances.map(({ input, loss, low, high }) => [input, shown(loss), interval(low, high, shown)]),
    },
  };
}

const methodWords: Readonly<Record<NonNullable<Contributions["method"]>, string>> = {
  treeShap: "Exact Shapley values of trees (TreeSHAP).",
  interventionalTreeShap: "Exact Shapley values of trees (TreeSHAP, beside background rows).",
  linearShap: "Exact Shapley values of a linear model.",
  treeAndLinearShap: "Exact Shapley values of trees and linear models, added.",
  interventionalTreeAndLinearShap: "Exact Shapley values of trees and linear models, added.",
  exactShapley: "Exact Shapley values: every set of inputs was tried, beside other rows.",
  sampledShapley: "Shapley values from orders of the inputs that were drawn: near, not exact.",
};

/** Shapley values in short: how far each input moves the margin, and which way its low and high values push. */
export function contributionFigure({ rows, margin, inputs, method }: Contributions): Figure {
  const drawn = inputs.slice(0, shownInputs);
  const spread = drawn.some(({ low }) => low !== undefined);
  const thirds = drawn.some(({ whenLow }) => whenLow !== undefined);
  const of = margin === "value" ? "the value" : margin === "log-odds" ? "the log-odds" : "the margins of the classes";
  return {
    title: "Contributions (SHAP)",
    rows,
    reading: `${
      spread
        ? `How far each input moves ${of} of single rows, up or down: the line holds 90 % of the rows.${thirds ? " Where the dots lie apart, low and high values of the input push different ways." : ""}`
        : `How far each input moves ${of} on average, all classes together.`
    }${method === undefined ? "" : ` ${methodWords[method]}`}`,
    picture: rowPlot(
      `Contribution of each input to ${of}, greatest first: ${drawn
        .slice(0, 3)
        .map(({ input, mean }) => `${input} ${shown(mean)}`)
        .join(", ")} on average.`,
      spread ? `moves ${of} by` : `mean amount that ${of} move by`,
      drawn.map(({ input, mean, low, high, whenLow, whenHigh }) =>
        low === undefined || high === undefined
          ? { name: input, bar: mean }
          : {
              name: input,
              range: [low, high],
              dots: [
                ...(whenLow === undefined ? [] : [{ x: whenLow, colour: 0, text: `lowest third: ${shown(whenLow)}` }]),
                ...(whenHigh === undefined
                  ? []
                  : [{ x: whenHigh, colour: 1, text: `highest third: ${shown(whenHigh)}` }]),
              ],
            },
      ),
    ),
    ...(spread && {
      legend: [
        { colour: 5, name: "90 % of the rows" },
        ...(thirds
          ? [
              { colour: 0, name: "lowest third of the input's values" },
              { colour: 1, name: "highest third" },
            ]
          : []),
      ],
    }),
    table: {
      caption: "Contributions",
      header: [
        "input",
        "mean amount",
        ...(spread ? ["90 % of the rows"] : []),
        ...(thirds ? ["lowest third", "highest third"] : []),
      ],
      rows: inputs.map(({ input, mean, low, high, whenLow, whenHigh }) => [
        input,
        shown(mean),
        ...(spread ? [interval(low ?? null, high ?? null, shown)] : []),
        ...(thirds ? [shown(whenLow), shown(whenHigh)] : []),
      ]),
    },
  };
}

/** Partial dependence on one input, with accumulated effects and single rows where there is one output. */
export function dependenceFigure(
  { input, points, accumulated = [], single = [] }: InputDependence,
  classes: readonly string[] | undefined,
  rows: number,
): Figure {
  const outputs = Math.min(6, points[0]!.effect.length);
  const several = outputs > 1;
  const isNumber = points.every(({ value }) => typeof value === "number");
  const at = (value: unknown, k: number) => (isNumber ? Number(value) : k);
  const mean = points.reduce((sum, { effect }) => sum + effect[0]!, 0) / points.length;
  const local = accumulated.map(({ value, effect }) => ({ x: Number(value), y: effect[0]! + mean }));
  const curves = single.map((scores) => scores.map((y, k) => ({ x: at(points[k]!.value, k), y })));
  const ys = [
    ...points.flatMap(({ effect }) => effect.slice(0, outputs)),
    ...local.map(({ y }) => y),
    ...single.flat(),
  ];
  const xs = points.map(({ value }, k) => at(value, k));
  const marks: Mark[] = [
    ...curves.map((own): Mark => ({ kind: "line", points: own, colour: 0, thin: true })),
    ...Array.from({ length: outputs }, (_, k): Mark[] => {
      const own = points.map(({ value, effect }, i) => ({
        x: at(value, i),
        y: effect[k]!,
        text: said(value, effect[k]!),
      }));
      return isNumber ? [{ kind: "line", points: own, colour: k }] : [{ kind: "dots", points: own, colour: k }];
    }).flat(),
    ...(several || local.length < 2 ? [] : [{ kind: "line" as const, points: local, colour: 1, dashed: true }]),
  ];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const pad = high > low ? (high - low) * 0.05 : Math.max(1e-9, Math.abs(high) * 0.05);
  const score = classes === undefined ? "value" : "score";
  const names = points.map(({ value }) => String(value));
  return {
    title: `Dependence on ${input}`,
    rows,
    reading: several
      ? `Mean score of each class with ${input} set to a value in all rows.`
      : `Mean ${score} with ${input} set to a value in all rows${curves.length > 0 ? "; faint, single rows" : ""}${local.length > 1 ? "; dashed, what the rows that are near a value tell (accumulated effects). Where the two part, other inputs go along with this one" : ""}.`,
    picture: plot(
      `Mean ${score} by ${input}: ${points
        .slice(0, 6)
        .map(({ value, effect }) => said(value, effect.slice(0, outputs).at(-1)!))
        .join(", ")}.`,
      isNumber
        ? { title: input, low: Math.min(...xs), high: Math.max(...xs) }
        : { title: input, low: -0.5, high: points.length - 0.5, names },
      { title: several ? "mean score" : `mean ${score}`, low: low - pad, high: high + pad },
      marks,
    ),
    legend: several
      ? Array.from({ length: outputs }, (_, k) => ({ colour: k, name: classes?.[k] ?? `output ${k + 1}` }))
      : local.length > 1
        ? [
            { colour: 0, name: "partial dependence" },
            { colour: 1, name: "accumulated effects (dashed)" },
          ]
        : [],
    table: {
      caption: `Dependence on ${input}`,
      header: [
        input,
        "rows near it",
        ...(several ? Array.from({ length: outputs }, (_, k) => classes?.[k] ?? `output ${k + 1}`) : [`mean ${score}`]),
      ],
      rows: points.map(({ value, rows: near, effect }) => [
        typeof value === "number" ? shown(value) : String(value),
        counted(near),
        ...effect.slice(0, outputs).map(shown),
      ]),
    },
  };
}

const said = (value: unknown, effect: number) => `${value}: ${shown(effect)}`;
