import { metricNamed } from "../metrics/metric.ts";
import type { Evaluation } from "../model.ts";
import type { Pictures } from "../pictures/model.ts";
import { calibrationFigure, coverageFigure, curveFigures, gainFigure, thresholdFigure } from "./binary-figures.ts";
import { classCurveFigure, confusionTable } from "./class-figures.ts";
import { type Figure, htmlFigure } from "./figure.ts";
import { histogramFigure } from "./histogram-figure.ts";
import { contributionFigure, dependenceFigure, importanceFigure } from "./input-figures.ts";
import type { EvaluationEvidence } from "./model.ts";
import { residualFigures } from "./value-figures.ts";

/** What is drawn of scores and labels, each figure with its numbers. */
export function evaluationPictures(evaluation: Evaluation, pictures: Pictures): string[] {
  const { task, confusion } = evaluation;
  const what = task === "binary" ? `“${confusion?.classes[1] ?? "positive"}”` : "the decision";
  const { calibration, gains, thresholds, coverage, scores, classCurves, residuals, errors } = pictures;
  const figures: Figure[] = [
    ...(calibration?.length ? [calibrationFigure(calibration, what)] : []),
    ...curveFigures(evaluation),
    ...(classCurves?.length ? [classCurveFigure(classCurves)] : []),
    ...(residuals?.length ? residualFigures(residuals) : []),
    ...(errors === undefined
      ? []
      : [
          histogramFigure(
            "Errors",
            "How far off rows are: true minus predicted value. The outermost bins hold what lies beyond.",
            "true minus predicted",
            errors,
          ),
        ]),
    ...(gains?.length ? [gainFigure(gains)] : []),
    ...(thresholds?.length ? [thresholdFigure(thresholds, evaluation.threshold)] : []),
    ...(coverage?.points.length ? [coverageFigure(coverage)] : []),
    ...(scores === undefined
      ? []
      : [
          task === "binary"
            ? histogramFigure(
                "Scores",
                "Scores of each class: the less they overlap, the better the model tells them apart.",
                "score",
                scores,
              )
            : histogramFigure(
                "How sure",
                "Probability of the decided class, of right and of wrong decisions.",
                "probability of the decision",
                scores,
              ),
        ]),
  ];
  const drawn = figures.map((figure) => htmlFigure({ rows: evaluation.rows, ...figure }));
  return [
    ...(drawn.length === 0 ? [] : [`<div class="figures-grid">${drawn.join("")}</div>`]),
    ...(confusion === undefined || evaluation.rows === 0 ? [] : [confusionTable(confusion)]),
  ];
}

/** What the model looks at, and how its score moves with what matters most. */
export function inputPictures({ inputs, evaluation }: EvaluationEvidence): string[] {
  if (inputs === undefined) return [];
  const { metric, rows, importances, contributions, dependence } = inputs;
  const { title } = metricNamed(metric).traits;
  const classes = evaluation.confusion?.classes;
  const figures: Figure[] = [
    ...(importances.length === 0 ? [] : [importanceFigure(importances, title, rows)]),
    ...(contributions === null ? [] : [contributionFigure(contributions)]),
    ...dependence.map((one) =>
      dependenceFigure(
        one,
        classes,
        one.points.reduce((sum, point) => sum + point.rows, 0),
      ),
    ),
  ];
  const missing =
    contributions === null
      ? `<p class="soft">Contributions (SHAP) are not shown: the margin of this model is no sum of trees and linear models.</p>`
      : "";
  return figures.length === 0 ? [] : [`<div class="figures-grid">${figures.map(htmlFigure).join("")}</div>${missing}`];
}
