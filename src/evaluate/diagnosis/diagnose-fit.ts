import { z } from "zod";
import { parseOptions } from "#kernel";
import { metricNamed } from "../metrics/metric.ts";

/** A metric's value on some rows, with its interval where it has one. */
export interface MeasuredValue {
  readonly value: number | null;
  readonly low?: number | null;
  readonly high?: number | null;
}

export interface FitFigures {
  readonly metric: string;
  /** On the rows that the model learned from. */
  readonly train: MeasuredValue;
  /** On rows that chose the model, before it learned from them as well. */
  readonly validation?: MeasuredValue;
  /** On rows that nothing was chosen by. */
  readonly test: MeasuredValue;
  /** What a model without any knowledge of a row reaches on the test rows. */
  readonly baseline: MeasuredValue;
}

export const diagnosisOptionsSchema = z.strictObject({
  overfitGap: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.2)
    .describe("Greatest part of the way that training may be ahead of test."),
  weakFit: z.number().gt(0).lt(1).default(0.3).describe("Least part of the way that training should go."),
  noisyShare: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.05)
    .describe("From this share of suspected label errors on labels are noisy."),
  labelErrorShare: z.number().min(0).max(1).optional().describe("Share of labels that are suspected to be wrong."),
});
export type DiagnosisOptions = z.input<typeof diagnosisOptionsSchema>;

export interface FitFinding {
  readonly name: "noBetterThanBaseline" | "overfits" | "underfits" | "noisyLabels" | "shifted" | "sound" | "unknown";
  readonly message: string;
  /** What to do about it. */
  readonly next: string;
}

export interface FitDiagnosis extends FitFigures {
  /** How far from the baseline (0) to a perfect model (1); `null` where that is undefined. */
  readonly trainProgress: number | null;
  readonly testProgress: number | null;
  /** The most important first; `sound` where nothing else stands. */
  readonly findings: readonly FitFinding[];
}

/**
 * What training, validation and test figures side by side say, in words, and what to do.
 *
 * ```ts
 * const of = (value: number) => ({ value, low: value - 0.02, high: value + 0.02 });
 * const figures = { metric: "rocAucScore", train: of(0.99), test: of(0.75), baseline: { value: 0.5 } };
 * diagnoseFit(figures).findings[0]?.name; // "overfits"
 * ```
 *
 * Gaps are told from noise by the test rows' interval, and judged as parts of the way from the baseline to a perfect model.
 * Missing: without a value on training, test or baseline the finding is `unknown`. Errors: EVALUATE_METRIC_UNKNOWN.
 */
export function diagnoseFit(figures: FitFigures, options: DiagnosisOptions = {}): FitDiagnosis {
  const given = parseOptions(diagnosisOptionsSchema, options, "diagnosis");
  const { name, traits } = metricNamed(figures.metric);
  const up = traits.direction === "up";
  const perfect = up ? 1 : 0;
  const base = figures.baseline.value;
  const progress = ({ value }: MeasuredValue) =>
    value === null || base === null || base === perfect ? null : (value - base) / (perfect - base);
  const trainProgress = progress(figures.train);
  const testProgress = progress(figures.test);
  const known = { ...figures, metric: name, trainProgress, testProgress };
  if (trainProgress === null || testProgress === null) return { ...known, findings: [unknown(figures)] };
  const { test, train, validation } = figures;
  const findings: FitFinding[] = [];
  const favourable = (up ? test.high : test.low) ?? test.value!;
  const adverse = (up ? test.low : test.high) ?? test.value!;
  const better = (a: number, b: number) => (up ? a > b : a < b);
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  if (!better(adverse, base!))
    findings.push({
      name: "noBetterThanBaseline",
      message: `On test rows the model is not surely better than the baseline (${traits.title} ${shown(test.value!)} against ${shown(base!)}).`,
      next: "Look for columns that tell more of the target, or for more rows; do not use this model.",
    });
  const ahead = trainProgress - testProgress;
  if (ahead > given.overfitGap && better(train.value!, favourable))
    findings.push({
      name: "overfits",
      message: `It overfits: on its own training rows it goes ${percent(trainProgress)} of the way from the baseline to perfect, on test rows ${percent(Math.max(0, testProgress))}.`,
      next: "Take more rows, fewer columns or a simpler model; look at columns that name single rows.",
    });
  if (validation?.value != null && clearlyWorse(test, validation, up))
    findings.push({
      name: "shifted",
      message: `Test rows are not like validation rows: ${traits.title} ${shown(test.value!)} against ${shown(validation.value)}.`,
      next: "Compare the two with `millrace data drift`; train on newer rows, or split by time.",
    });
  const noisy = (given.labelErrorShare ?? 0) >= given.noisyShare;
  if (noisy)
    findings.push({
      name: "noisyLabels",
      message: `Labels are noisy: ${percent(given.labelErrorShare!)} of them contradict what the model says with confidence.`,
      next: "Have the suspected rows labelled again before changing the model.",
    });
  if (trainProgress < given.weakFit && !noisy)
    findings.push({
      name: "underfits",
      message: `It underfits: even on its own training rows it goes only ${percent(Math.max(0, trainProgress))} of the way from the baseline to perfect.`,
      next: "Add columns that tell of the target, or allow a larger model; if people do no better, the labels are the limit.",
    });
  if (findings.length === 0)
    findings.push({
      name: "sound",
      message: better(train.value!, favourable)
        ? `It is better on the rows that it learned from, as models are, and within what is accepted: ${percent(trainProgress)} of the way from the baseline to perfect there, ${percent(testProgress)} on test rows.`
        : `Training and test agree: ${percent(trainProgress)} and ${percent(testProgress)} of the way from the baseline to perfect.`,
      next: "Work on the worst slices.",
    });
  return { ...known, findings };
}

/** Both intervals known, and apart. */
function clearlyWorse(test: MeasuredValue, validation: MeasuredValue, up: boolean): boolean {
  if (up) return test.high != null && validation.low != null && test.high < validation.low;
  return test.low != null && validation.high != null && test.low > validation.high;
}

function unknown({ train, test }: FitFigures): FitFinding {
  const where = train.value === null ? "training" : test.value === null ? "test" : "the baseline";
  return {
    name: "unknown",
    message: `These rows do not define the metric for ${where}, so that fit cannot be judged.`,
    next: "Judge on rows that hold every class.",
  };
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}
