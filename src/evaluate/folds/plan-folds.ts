import { z } from "zod";
import { parseOptions, type RandomStream, randomStream, shuffledIndices } from "#kernel";
import { sameLength } from "../measures/measure-set.ts";
import type { Fold } from "./model.ts";
import { planTimeFolds } from "./plan-time-folds.ts";
import { tooFew } from "./too-few.ts";

const count = z.int().min(2).max(1000).default(5).describe("How many folds.");
const repeats = z.int().min(1).max(1000).default(1).describe("How often folds are drawn anew.");
const values = z.custom<ArrayLike<string | number>>((given) => given !== undefined);
const schemes = [
  z.strictObject({ scheme: z.literal("kFold"), folds: count, repeats }),
  z.strictObject({
    scheme: z.literal("stratified"),
    folds: count,
    repeats,
    labels: values.describe("Each fold gets every label's share."),
  }),
  z.strictObject({
    scheme: z.literal("group"),
    folds: count,
    repeats,
    groups: values.describe("Rows of one group stay together."),
  }),
  z.strictObject({
    scheme: z.literal("time"),
    folds: count,
    times: z.custom<ArrayLike<number>>((given) => given !== undefined).describe("When each row happened."),
    window: z
      .enum(["expanding", "rolling"])
      .default("expanding")
      .describe("Whether training keeps all that went before, or only the newest part."),
    span: z.number().gt(0).optional().describe("Rolling: how far back training looks; default: as far as one fold."),
    gap: z.number().min(0).default(0).describe("Time left out between training and test, for labels that come late."),
  }),
] as const;
const scheme = z.discriminatedUnion("scheme", schemes);
export const foldOptionsSchema = z.strictObject({
  plan: scheme,
  inner: scheme.optional().describe("Nested: how each fold's training rows are split again."),
  seed: z.int().default(0).describe("Seed of the shuffles."),
});
export type FoldOptions = z.input<typeof foldOptionsSchema>;
type Scheme = z.output<typeof scheme>;

/**
 * The folds of a cross-validation: k-fold, stratified, by group or by time, repeated and nested.
 *
 * ```ts
 * planFolds(10, { plan: { scheme: "kFold", folds: 5 } }).map(({ test }) => test.length); // [2, 2, 2, 2, 2]
 * ```
 *
 * Each row is in one test fold of a repeat; by time the oldest rows are in none. Groups and equal times are never split.
 * By time every training row lies before the fold's first test row, and by at least the gap.
 * Random: shuffles keyed by the seed and the repeat; by time there are none.
 * Errors: EVALUATE_FOLDS_IMPOSSIBLE: fewer rows, groups, times or rows of a label than folds; EVALUATE_LENGTH_MISMATCH.
 */
export function planFolds(rows: number, options: FoldOptions): Fold[] {
  const { plan, inner, seed } = parseOptions(foldOptionsSchema, options, "folds");
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  const random = randomStream(seed, "folds");
  return planOf(plan, rows, all, random).map((fold) => {
    if (inner === undefined) return fold;
    const own = random.fork(`inner/${fold.repeat}/${fold.fold}`);
    return { ...fold, inner: planOf(inner, rows, fold.train, own) };
  });
}

/** The folds of some of the rows; `all` of them have labels, groups and times. */
function planOf(plan: Scheme, all: number, rows: Uint32Array, random: RandomStream): Fold[] {
  if (rows.length < plan.folds) throw tooFew("rows", rows.length, plan.folds);
  if (plan.scheme === "time") {
    sameLength("times", plan.times.length, all);
    return planTimeFolds(plan, rows);
  }
  return Array.from({ length: plan.repeats }, (_, repeat) => {
    const foldOf = assign(plan, all, rows, random.fork(`repeat/${repeat}`));
    return Array.from(
      { length: plan.folds },
      (__, fold): Fold => ({
        repeat,
        fold,
        train: rows.filter((_row, i) => foldOf[i] !== fold),
        test: rows.filter((_row, i) => foldOf[i] === fold),
      }),
    );
  }).flat();
}

function assign(
  plan: Exclude<Scheme, { scheme: "time" }>,
  all: number,
  rows: Uint32Array,
  random: RandomStream,
): Uint32Array {
  const foldOf = new Uint32Array(rows.length);
  const order = shuffledIndices(rows.length, random);
  if (plan.scheme === "kFold") {
    order.forEach((at, i) => {
      foldOf[at] = i % plan.folds;
    });
    return foldOf;
  }
  const keys = plan.scheme === "stratified" ? plan.labels : plan.groups;
  sameLength(plan.scheme === "stratified" ? "labels" : "groups", keys.length, all);
  const members = new Map<string | number, number[]>();
  for (const at of order) {
    const own = members.get(keys[rows[at]!]!);
    if (own === undefined) members.set(keys[rows[at]!]!, [at]);
    else own.push(at);
  }
  if (plan.scheme === "stratified") {
    let dealt = 0;
    for (const [label, own] of members) {
      if (own.length < plan.folds) throw tooFew(`rows with the label ${JSON.stringify(label)}`, own.length, plan.folds);
      // Dealing goes on where the last label stopped, so that folds as a whole differ by one row at most.
      for (const at of own) foldOf[at] = dealt++ % plan.folds;
    }
    return foldOf;
  }
  if (members.size < plan.folds) throw tooFew("groups", members.size, plan.folds);
  const sizes = new Array<number>(plan.folds).fill(0);
  // The largest group first, always to the smallest fold; groups of one size come in shuffled order.
  for (const own of [...members.values()].sort((a, b) => b.length - a.length)) {
    const fold = sizes.indexOf(Math.min(...sizes));
    for (const at of own) foldOf[at] = fold;
    sizes[fold]! += own.length;
  }
  return foldOf;
}
