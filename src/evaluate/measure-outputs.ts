import type { FrameScores, ProgramOutputs } from "@millrace/program";
import type { ForecastInput } from "./model.ts";

/** How the outputs beside the score did on labelled rows. Shares lie in [0, 1]; null where there is no row to say. */
export interface MeasuredOutputs {
  /** Intervals or sets: the share of rows that they hold, and how wide or large they are on average. */
  readonly coverage?: {
    readonly level: number;
    readonly held: number | null;
    readonly meanWidth?: number | null;
    readonly meanSize?: number | null;
  };
  readonly outOfDomainShare?: number;
  readonly abstainedShare?: number;
  /** Of the rows with a prediction: how many are wrong (classes only). */
  readonly decidedErrorRate?: number | null;
}

/**
 * Whether intervals and sets hold what they promise, how many rows are out of domain or left open, and how often the
 * decisions that are made are wrong.
 *
 * Shapes: labels are values, or places of classes, one a row; NaN is unlabelled. Nothing where the program has no such output.
 */
export function measureOutputs(
  { task, classes = [], interval, set, outOfDomain }: ProgramOutputs,
  { score, extras, prediction, missing }: FrameScores,
  labels: ArrayLike<number>,
): MeasuredOutputs | undefined {
  if (extras === undefined) return undefined;
  const rows = Array.from({ length: labels.length }, (_, i) => i).filter((i) => !Number.isNaN(labels[i]!));
  const mean = (of: (row: number) => number, some: readonly number[] = rows) =>
    some.length === 0 ? null : some.reduce((sum, row) => sum + of(row), 0) / some.length;
  const scored = rows.filter((i) => missing?.[i] !== 1);
  const count = classes.length;
  const held = {
    interval: (i: number) => (labels[i]! >= extras.intervalLow![i]! && labels[i]! <= extras.intervalHigh![i]! ? 1 : 0),
    set: (i: number) => (extras.set![i * count + labels[i]!] === 1 ? 1 : 0),
  };
  const size = (i: number) => extras.set!.subarray(i * count, (i + 1) * count).reduce((sum, one) => sum + one, 0);
  const isOut = (i: number) => (extras.outOfDomain![i]! > outOfDomain!.threshold ? 1 : 0);
  const decided = scored.filter((i) => (extras.abstain?.[i] ?? 0) === 0);
  return {
    ...(interval === undefined
      ? {}
      : {
          coverage: {
            level: interval.level,
            held: mean(held.interval, scored),
            meanWidth: mean((i) => extras.intervalHigh![i]! - extras.intervalLow![i]!, scored),
          },
        }),
    ...(set === undefined
      ? {}
      : { coverage: { level: set.level, held: mean(held.set, scored), meanSize: mean(size, scored) } }),
    ...(outOfDomain === undefined ? {} : { outOfDomainShare: mean(isOut) ?? 0 }),
    ...(extras.abstain === undefined ? {} : { abstainedShare: mean((i) => (extras.abstain![i]! > 0 ? 1 : 0)) ?? 0 }),
    ...(extras.abstain === undefined || task === "regression" || score.length === 0
      ? {}
      : { decidedErrorRate: mean((i) => (prediction[i] === labels[i] ? 0 : 1), decided) }),
  };
}

/** The intervals that a model gives beside its values, as an evaluation takes them. */
export function intervalInput(
  { interval }: ProgramOutputs,
  { extras }: FrameScores,
): Pick<ForecastInput, "interval"> | undefined {
  if (interval === undefined || extras?.intervalLow === undefined || extras.intervalHigh === undefined)
    return undefined;
  return { interval: { low: extras.intervalLow, high: extras.intervalHigh, level: interval.level } };
}

/** The same in sentences, for people. */
export function describeOutputs({
  coverage,
  outOfDomainShare,
  abstainedShare,
  decidedErrorRate,
}: MeasuredOutputs): readonly string[] {
  const percent = (share: number | null) => (share === null ? "–" : `${(100 * share).toFixed(1)} %`);
  const wide =
    coverage?.meanWidth !== undefined
      ? `intervals are ${coverage.meanWidth?.toPrecision(4) ?? "–"} wide on average`
      : `sets hold ${coverage?.meanSize?.toFixed(2) ?? "–"} classes on average`;
  return [
    ...(coverage === undefined
      ? []
      : [`${percent(coverage.held)} of the true values are held (promised: ${percent(coverage.level)}); ${wide}.`]),
    ...(outOfDomainShare === undefined ? [] : [`${percent(outOfDomainShare)} of the rows are out of domain.`]),
    ...(abstainedShare === undefined
      ? []
      : [
          `${percent(abstainedShare)} of the rows get no prediction${decidedErrorRate === undefined ? "" : `; of the others ${percent(decidedErrorRate)} are decided wrongly`}.`,
        ]),
  ];
}
