import { extraOutputs, type Program, type RowScore } from "@millrace/program";
import type { Compiler } from "@millrace/program/compile";
import { outputCells } from "@millrace/program/write";
import { ulpDistance } from "../golden/float-steps.ts";
import type { ScoredRow } from "../model.ts";

/** How an export's scores differ from the interpreter's. */
export interface Differences {
  readonly cases: number;
  /** 1.8e308 stands for a score that is there on one side only, or infinite on one. */
  readonly maxAbsError: number;
  /** In doubles from one to the other; 2^53 or more count as 2^53. */
  readonly maxUlp: number;
  readonly differingPredictions: number;
  /** Rows beyond the tolerance that lie so near to a split that rounding may have taken them across. Only of targets that are not exact. */
  readonly nearSplits: number;
  readonly ok: boolean;
}

/**
 * Compares score by score, in order. An exact target must give the same bits; another one may be off by its tolerance
 * (relative where |score| > 1), and predict otherwise only where the scores that decide are as near to each other as that.
 */
export function compareScores(
  { outputs }: Program,
  expected: readonly RowScore[],
  actual: readonly ScoredRow[],
  { exact, tolerance }: Compiler["traits"],
  nearSplit: (row: number) => boolean = () => false,
): Differences {
  let [maxAbsError, maxUlp, differingPredictions, nearSplits] = [0, 0, 0, 0];
  let ok = actual.length === expected.length;
  expected.forEach((row, i) => {
    const other = actual[i];
    if (other === undefined) return;
    const pairs = scorePairs(outputs, row, other);
    const off = pairs.map(([a, b]) => absoluteError(a, b));
    const ulps = pairs.map(([a, b]) => (a === null || b === null ? (a === b ? 0 : 2 ** 53) : ulpDistance(a, b)));
    maxAbsError = Math.max(maxAbsError, ...off);
    maxUlp = Math.max(maxUlp, ...ulps);
    const differs = !samePrediction(outputs.task, row, other) || !sameWords(outputs, row, other);
    if (differs) differingPredictions++;
    const close = pairs.every(([a], k) =>
      exact ? ulps[k] === 0 : off[k]! <= tolerance * Math.max(1, Math.abs(a ?? 0)),
    );
    const decided = !differs || (!exact && close && undecided(outputs, row, tolerance));
    if (close && decided) return;
    if (!exact && nearSplit(i)) nearSplits++;
    else ok = false;
  });
  return { cases: expected.length, maxAbsError, maxUlp, differingPredictions, nearSplits, ok };
}

type Pair = readonly [number | null, number | null];

function scorePairs(outputs: Program["outputs"], row: RowScore, other: ScoredRow): readonly Pair[] {
  const extras = extraOutputs(outputs).flatMap(({ kind, name }, k): Pair[] => {
    const cell = other.extras?.[k] ?? null;
    return kind === "number"
      ? [[(row[name] as number | null | undefined) ?? null, cell === null ? null : Number(cell)]]
      : [];
  });
  if (outputs.task !== "multiclass" || row.score === null || other.score === null)
    return [[row.score, other.score], ...extras];
  return [
    [row.score, other.score],
    ...extras,
    ...outputs.classes!.map((name, k): Pair => [row.scores![name]!, other.scores?.[k] ?? null]),
  ];
}

function absoluteError(a: number | null, b: number | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return Number.MAX_VALUE;
  const off = Math.abs(a - b);
  return Number.isFinite(off) ? off : Number.MAX_VALUE;
}

/** Whether sets and reasons to abstain are the same. */
function sameWords(outputs: Program["outputs"], row: RowScore, { extras = [] }: ScoredRow): boolean {
  const cells = outputCells(outputs, row).slice(-extras.length);
  return extraOutputs(outputs).every(({ kind }, k) => kind === "number" || cells[k] === (extras[k] ?? null));
}

function samePrediction(task: Program["outputs"]["task"], row: RowScore, other: ScoredRow): boolean {
  if (task !== "regression" || row.score === null || row.prediction === null)
    return row.prediction === other.prediction;
  // A regression's prediction is its score, which is compared as a number.
  return other.prediction !== null && other.prediction === other.score;
}

/** Whether the scores that decide are within the tolerance of each other. */
function undecided(
  { task, threshold = 0.5, classes, abstain, outOfDomain }: Program["outputs"],
  row: RowScore,
  tolerance: number,
): boolean {
  const near = (x: number | null | undefined, bound: number | undefined) =>
    typeof x === "number" && bound !== undefined && Math.abs(x - bound) <= tolerance * Math.max(1, Math.abs(bound));
  if (near(row.score, abstain?.unsure?.from) || near(row.score, abstain?.unsure?.to)) return true;
  if (abstain?.outOfDomain === true && near(row.outOfDomain, outOfDomain?.threshold)) return true;
  if (row.score === null || task === "regression") return false;
  if (task === "binary") return Math.abs(row.score - threshold) <= tolerance * Math.max(1, Math.abs(threshold));
  const [first, second] = classes!.map((name) => row.scores![name]!).toSorted((a, b) => b - a);
  return first! - second! <= tolerance * Math.max(1, Math.abs(first!));
}
