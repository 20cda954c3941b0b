import type { FeaturePlan, MatrixKind } from "#transform";
import type { LearningData } from "../../model.ts";
import type { AutomlOptions } from "../model.ts";
import { type JudgedRows, rowsAt } from "../rows/judged-rows.ts";
import { type LabelledRows, learningData, planFeatures } from "../rows/training-rows.ts";
import { rowRung, someRows } from "../search/row-rung.ts";

/** Targets beside one feature that says nothing. */
export function bareRows({ frame, target, weights }: LabelledRows): LearningData {
  return {
    rows: frame.rows,
    features: [{ name: "none", kind: "numeric", values: new Float64Array(frame.rows) }],
    target: target.values,
    ...(weights === undefined ? {} : { weights }),
  };
}

const mostSampled = 2000;

/** Feature plans and matrices of the folds, made when they are first asked for and shared by all trials. */
export class FoldMatrices {
  readonly #rows: JudgedRows;
  readonly #options: AutomlOptions;
  readonly #leftOut: readonly string[];
  readonly #plans = new Map<number, FeaturePlan>();
  readonly #made = new Map<string, LearningData>();
  readonly #parts = new Map<string, LabelledRows>();
  #sample: FeaturePlan | undefined;
  #overhead: number[] = [];

  constructor(rows: JudgedRows, options: AutomlOptions, leftOut: readonly string[]) {
    this.#rows = rows;
    this.#options = options;
    this.#leftOut = leftOut;
  }

  /** Those of other rows, with the same options. */
  over(rows: JudgedRows): FoldMatrices {
    return new FoldMatrices(rows, this.#options, this.#leftOut);
  }

  /** Errors: KERNEL_STOPPED: when `stopping` says so, as of all that are not made yet. */
  plan(fold: number, stopping?: () => boolean): FeaturePlan {
    const made = this.#plans.get(fold) ?? planFeatures(this.#part(fold, true), this.#options, this.#leftOut, stopping);
    this.#plans.set(fold, made);
    return made;
  }

  /** A plan of some rows, for a model that reads no feature and must not wait for them. */
  sample(): FeaturePlan {
    const { all } = this.#rows;
    const rows = Math.min(all.frame.rows, mostSampled);
    const step = all.frame.rows / rows;
    const places = Uint32Array.from({ length: rows }, (_, i) => Math.floor(i * step));
    this.#sample ??= planFeatures(rowsAt(all, places), this.#options, this.#leftOut);
    return this.#sample;
  }

  /** Targets of a fold, for a model that reads no feature. */
  bare(fold: number, training: boolean): LearningData {
    return bareRows(this.#part(fold, training));
  }

  /** Seconds of a trial beside its fits, for each of its folds; the first of a matrix holds the making of it. */
  noteOverhead(seconds: number): void {
    this.#overhead.push(seconds);
  }

  /** Seconds that judging a trial usually takes beside its fits. */
  get judging(): number {
    const sorted = this.#overhead.toSorted((a, b) => a - b);
    return (sorted[sorted.length >> 1] ?? 0) * this.#rows.folds.length;
  }

  /** Seconds that making the matrices of one fold took. */
  get overhead(): number {
    return this.#overhead
      .toSorted((a, b) => b - a)
      .slice(0, 2)
      .reduce((sum, seconds) => sum + seconds, 0);
  }

  train(fold: number, kind: MatrixKind, stopping?: () => boolean): LearningData {
    return this.#get(fold, kind, true, stopping);
  }

  /** The part of the rows that a trial learns from at first, where rows are the rungs of the search. */
  rung(kind: MatrixKind, stopping?: () => boolean): LearningData | undefined {
    const places = rowRung(this.#rows);
    if (places === undefined) return undefined;
    const made = this.#made.get(`rung/${kind}`) ?? someRows(this.train(0, kind, stopping), places);
    this.#made.set(`rung/${kind}`, made);
    return made;
  }

  test(fold: number, kind: MatrixKind, stopping?: () => boolean): LearningData {
    return this.#get(fold, kind, false, stopping);
  }

  #get(fold: number, asked: MatrixKind, training: boolean, stopping?: () => boolean): LearningData {
    const plan = this.plan(fold, stopping);
    // Where no column has many levels, theirs is the matrix of trees.
    const kind =
      asked === "levels" && !plan.features.some((feature) => feature.for.includes("levels")) ? "trees" : asked;
    const key = `${fold}/${kind}/${training}`;
    const made = this.#made.get(key) ?? learningData(plan, this.#part(fold, training), kind, training);
    this.#made.set(key, made);
    return made;
  }

  #part(fold: number, training: boolean): LabelledRows {
    const key = `${fold}/${training}`;
    const { train, test } = this.#rows.folds[fold]!;
    const made = this.#parts.get(key) ?? rowsAt(this.#rows.all, training ? train : test);
    this.#parts.set(key, made);
    return made;
  }
}
