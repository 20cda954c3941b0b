import { type Frame, load } from "@millrace/program";
import { selectRows } from "#dataset";
import { baselineScores, measureMetric, measureOutputs, metricValue, weightsOf } from "#evaluate";
import { platformRuntimes } from "#kernel";
import { type AutomlResult, readTargetAs } from "#learn";
import type { Judged } from "./describe-search.ts";

/** Scores that the draws of an interval read, and how many a second. */
const mostDrawnScores = 10_000_000;
const drawnASecond = 60_000_000;

function drawsOf(rows: number, classes: number): number {
  return Math.max(200, Math.min(1000, Math.floor(mostDrawnScores / (rows * classes))));
}

/** Seconds that drawing the interval of one metric of so many rows takes. */
export function judgingSeconds(rows: number): number {
  return (drawsOf(rows, 1) * rows) / drawnASecond;
}

/** The model and the trivial baseline on rows that the search never saw. */
export function judgeHeldOut(
  { program, tensors }: AutomlResult,
  { train, test }: { readonly train: Frame; readonly test: Frame },
  { target, metric, seed, weight }: { target: string; metric: string; seed: number; weight: string | undefined },
): Judged {
  const scorer = load({ program, tensors }, platformRuntimes);
  const { task, classes, threshold } = program.outputs;
  const truth = readTargetAs(test, target, task, classes).values;
  const labelled = selectRows(
    test,
    Uint8Array.from(truth, (value) => (Number.isNaN(value) ? 0 : 1)),
  );
  const labels = truth.filter((value) => !Number.isNaN(value));
  const weights = weightsOf(labelled, weight);
  const shared = {
    labels,
    ...(classes === undefined ? {} : { classes }),
    ...(weights === undefined ? {} : { weights }),
  };
  const decision = task === "binary" && threshold !== undefined ? { threshold } : {};
  const scores = scorer.scoreFrame(labelled);
  const draws = drawsOf(labels.length, classes?.length ?? 1);
  const own = measureMetric(metric, task, { ...shared, ...decision, scores: scores.score }, { seed, draws });
  const outputs = measureOutputs(program.outputs, scores, labels);
  const known = readTargetAs(train, target, task, classes).values;
  const rows = known
    .keys()
    .filter((row) => !Number.isNaN(known[row]!))
    .toArray();
  const of = (values: ArrayLike<number>) => Float64Array.from(rows, (row) => values[row]!);
  const learned = weightsOf(train, weight);
  const trivial = baselineScores(task, of(known), labels.length, {
    classes: classes?.length ?? 1,
    ...(learned === undefined ? {} : { weights: of(learned) }),
  });
  const baseline = metricValue(metric, task, { ...shared, scores: trivial });
  return {
    score: own.value,
    interval: [own.low, own.high] as const,
    baseline,
    ...(outputs === undefined ? {} : { outputs }),
  };
}

/** Without held-out rows the judged rows' score is all there is. */
export function unheld({ score, interval, baseline }: AutomlResult): Judged {
  return { score, interval: interval ?? [null, null], baseline };
}
