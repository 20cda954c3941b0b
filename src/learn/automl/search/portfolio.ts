import type { JsonObject } from "@millrace/program";
import type { learners } from "../../learners.ts";
import type { AutomlOptions } from "../model.ts";
import { mostFoldedRows } from "../rows/judged-rows.ts";
import { fixedOptions, usualRounds } from "./fixed-options.ts";
import { secondsOfPass } from "./pass-seconds.ts";
import type { SearchFacts } from "./search-facts.ts";
import { manyLevels, type SearchedLearner } from "./search-space.ts";

export interface TrialPlan {
  readonly learner: keyof typeof learners;
  readonly options: JsonObject;
}

/** Learners whose options a search may vary under its constraints: of those that were named, the ones named without options. */
export function learnersAllowed({ constraints, task, learners }: AutomlOptions): readonly SearchedLearner[] {
  const monotone = Object.keys(constraints.monotone).length > 0;
  const named = (learner: string) => learners === undefined || learners.includes(learner);
  if (monotone)
    return (constraints.interpretable ? (["gam"] as const) : (["gbdt", "gam"] as const)).filter(
      (learner) => named(learner) && task !== "multiclass",
    );
  const able: readonly SearchedLearner[] = constraints.interpretable
    ? ["linear", "tree", "gam"]
    : [
        ...(["gbdt", "linear", "forest", "extraTrees", "network", "gam", "naiveBayes"] as const),
        ...(learners === undefined ? [] : (["tree"] as const)),
      ];
  return able.filter((learner) => named(learner) && (learner !== "naiveBayes" || task !== "regression"));
}

/**
 * What to try first, best first: the baseline, then configurations that did well on many public sets, in the order that
 * suits data of this shape.
 */
export function portfolio(facts: SearchFacts, options: AutomlOptions): TrialPlan[] {
  const { rows, task } = facts;
  const small = rows < 3000;
  const gbdt = (own: JsonObject): TrialPlan => ({
    learner: "gbdt",
    options: fixedOptions("gbdt", facts, options, own),
  });
  const forest = (learner: "forest" | "extraTrees", own: JsonObject): TrialPlan => ({
    learner,
    options: fixedOptions(learner, facts, options, own),
  });
  const linear: TrialPlan = { learner: "linear", options: {} };
  // A round of several classes grows a tree for each: fewer rounds, and fewer features in each.
  const usual =
    facts.classes > 4
      ? gbdt({ leaves: 7, learningRate: 0.2, earlyStoppingRounds: 15, l2: 1, featureShare: 0.4, rowShare: 0.8 })
      : gbdt({ leaves: 15, learningRate: 0.05, l2: 1, featureShare: 0.8, rowShare: 0.8 });
  // LightGBM's defaults: quick, and hard to beat by little.
  const standard = gbdt({ leaves: 31, learningRate: 0.1, l2: 0, minRowsInLeaf: 20 });
  const clear = gbdt({
    ...(facts.classes > 4
      ? { leaves: 15, learningRate: 0.2, earlyStoppingRounds: 15 }
      : { leaves: 31, learningRate: 0.1 }),
    ...{ l2: 1, featureShare: 0.5, rowShare: 0.8, minRowsInLeaf: 10 },
  });
  const shallow = gbdt({ leaves: 7, learningRate: 0.05, l2: 5, featureShare: 0.6, rowShare: 0.8 });
  const wide = gbdt({ leaves: 31, learningRate: 0.05, l2: 1, featureShare: 0.7, rowShare: 0.8 });
  const deep = gbdt({ leaves: 96, learningRate: 0.05, l2: 3, featureShare: 0.6, rowShare: 0.9, minRowsInLeaf: 10 });
  const skewed = task === "regression" && facts.least >= 0 && facts.skew > 1;
  const counts = gbdt({
    objective: facts.least > 0 ? "gamma" : "poisson",
    ...{ leaves: 31, learningRate: 0.05, l2: 1, featureShare: 0.8, rowShare: 0.8 },
  });
  const leaf = Math.max(3, Math.min(20, Math.round(rows / 1000)));
  const extra = forest("extraTrees", { featuresPerSplit: small ? "sqrt" : 0.5, minRowsInLeaf: leaf });
  const bagged = forest("forest", { featuresPerSplit: "sqrt", minRowsInLeaf: leaf });
  const pure = forest("extraTrees", { featuresPerSplit: "sqrt", minRowsInLeaf: small ? 1 : 2 });
  // Small leaves, for classes and values that hardly overlap; each is a part of the model, so not of many rows.
  const leaves = { featuresPerSplit: task === "regression" ? 0.5 : 0.3, minRowsInLeaf: task === "regression" ? 2 : 1 };
  const fine = rows > 3000 && rows <= 30_000 ? [forest("extraTrees", leaves)] : [];
  // All leaves of a level divided by one split, under noise and drawn weights: on few or noisy rows often the best.
  const symmetric = (own: JsonObject) =>
    facts.classes > 4
      ? gbdt({
          growth: "symmetric",
          leaves: 32,
          learningRate: 0.2,
          l2: 3,
          earlyStoppingRounds: 15,
          featureShare: 0.5,
          ...own,
        })
      : gbdt({ growth: "symmetric", leaves: 64, learningRate: 0.08, l2: 1, ...own });
  const even = symmetric({});
  const flat = symmetric({ leaves: 16, learningRate: 0.06, l2: 3 });
  // Many levels tell more by means of the target that know of no row's own, those of two columns together too.
  const byMeans = { categories: "ordered", maxCatToOneHot: fewLevels, categoryCombinations: 32 };
  const told =
    facts.levels > manyLevels
      ? [
          gbdt({ leaves: 31, learningRate: 0.05, l2: 3, featureShare: 0.8, rowShare: 0.8, ...byMeans }),
          symmetric(byMeans),
        ]
      : [];
  const stumps = gbdt({ leaves: 4, learningRate: 0.1, l2: 5, catSmooth: 30, rowShare: 0.8 });
  const slow = gbdt({ leaves: 20, learningRate: 0.02, l2: 1, featureShare: 0.7, rowShare: 0.8 });
  const noisy = gbdt({ leaves: 24, learningRate: 0.05, l2: 10, featureShare: 0.4, rowShare: 0.6, catSmooth: 40 });
  const calm = gbdt({ leaves: 12, learningRate: 0.08, l2: 30, featureShare: 0.6, rowShare: 0.9, minRowsInLeaf: 40 });
  const leafy = gbdt({ leaves: 63, learningRate: 0.03, l2: 0.1, featureShare: 0.5, rowShare: 0.7 });
  const sparse: TrialPlan = { learner: "linear", options: { l1Share: 0.5 } };
  // A quadratic boundary: quick where numbers are few, and quite another model than all before it.
  const cells = rows * (facts.numbers ** 2 / 2 + facts.columns) * (facts.classes > 2 ? facts.classes : 1);
  const quadratic: readonly TrialPlan[] =
    !options.constraints.interpretable && facts.numbers > 1 && facts.numbers <= 40 && cells <= mostProductCells
      ? [
          {
            learner: "linear",
            options: {
              ...{ products: true, solver: "lbfgs", tolerance: 1e-4 },
              path: [0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001],
            },
          },
        ]
      : [];
  const network = (own: JsonObject): TrialPlan => ({
    learner: "network",
    options: fixedOptions("network", facts, options, own),
  });
  const net = network({ width: 64, learningRate: 0.004, weightDecay: 0.1 });
  // Curves of single numbers, which few rows do not bear.
  const pieced = network({
    ...{ width: 64, learningRate: 0.004, weightDecay: 0.1 },
    ...(facts.numbers > 0 ? { pieces: 8, averaging: true } : {}),
  });
  const bigNet = network({ width: 64, blocks: 2, learningRate: 0.003, weightDecay: 0.1 });
  const calmNet = network({ width: 96, blocks: 2, learningRate: 0.001, weightDecay: 0.3 });
  // Quick, and of finer curves: where numbers act together smoothly (elevators) no worse than one of 64.
  const narrowNet =
    rows > 2000 && facts.numbers > 0
      ? [
          network({
            ...{ width: 24, blocks: 2, pieces: 16, averaging: true },
            ...{ learningRate: 0.003, weightDecay: 0.1 },
          }),
        ]
      : [];
  // Where numbers make the target by a rule, error falls on with width and passes: a minute's look, after all else.
  const patient = { width: 128, blocks: 2, ...(facts.numbers > 0 ? { pieces: 8 } : {}) };
  const affordable = Math.floor(mostPatientSeconds / secondsOfPass(patient, facts));
  const patientNet =
    rows > 2000 && affordable >= usualRounds(facts)
      ? [
          network({
            ...{ ...patient, learningRate: 0.003, weightDecay: 0.1, averaging: true },
            rounds: Math.min(3 * usualRounds(facts), affordable),
          }),
        ]
      : [];
  const gam = (own: JsonObject): TrialPlan => ({ learner: "gam", options: fixedOptions("gam", facts, options, own) });
  const curves = gam({});
  const bayes: TrialPlan = { learner: "naiveBayes", options: {} };
  // A network takes longer than boosted trees, and is often as good and always different: early where rows are few, else
  // after the trees that most probably help, and last where a pass over the rows takes minutes.
  const heavy = rows * (facts.columns + 100) > 20_000_000;
  const early = (nets: readonly TrialPlan[]) => nets.filter((plan) => !heavy && isQuick(plan, facts, options));
  const soon = early(rows <= 2000 ? [net, bigNet] : []);
  // Of more rows the first is worth its seconds at once: where numbers act together smoothly, no trees come near it.
  const smooth = early(rows <= 2000 ? [] : [pieced]);
  const next = early(rows <= 2000 ? [calmNet] : [...narrowNet, bigNet]);
  // One at least is seen, after all else.
  const after = soon.length + smooth.length + next.length > 0 ? [] : [net];
  const last = [curves, bayes];
  // Levels split off one by one, to the last row: where a rule made the classes, it is found.
  const crisp = facts.categorical
    ? [
        gbdt({
          leaves: 8,
          learningRate: 0.1,
          l2: 1,
          featureShare: 0.9,
          rowShare: 0.9,
          minRowsInLeaf: 5,
          maxCatToOneHot: 32,
        }),
      ]
    : [];
  const trees: readonly TrialPlan[] = [
    { learner: "tree", options: {} },
    { learner: "tree", options: { maxDepth: 6 } },
    { learner: "tree", options: { maxDepth: 3 } },
  ];
  // For those who ask for nothing else.
  const readable: readonly TrialPlan[] = options.constraints.interpretable
    ? [curves, gam({ leaves: 5, learningRate: 0.03 })]
    : [];
  const counted = skewed ? [counts] : [];
  const late = [flat, shallow, stumps, slow, noisy, calm, leafy];
  // Trees averaged are quick with many classes, rounds of a tree for each class are not.
  const many = [
    pure,
    usual,
    linear,
    clear,
    ...told,
    ...quadratic,
    ...soon,
    ...smooth,
    ...crisp,
    even,
    bagged,
    deep,
    ...fine,
    extra,
    ...next,
    sparse,
    ...last,
    ...late,
  ];
  // Forests are dear on many rows, and the better the clearer the classes are.
  const large = [
    ...[standard, wide, ...counted, ...told, even, ...smooth, deep, linear, usual, leafy, ...fine],
    ...[stumps, slow, extra, ...crisp, ...next, ...quadratic, noisy, calm, bagged, flat, ...last],
  ];
  const several = [
    ...[clear, pure, usual, even, linear, ...quadratic, ...told, ...smooth, deep, ...soon, ...crisp, ...fine],
    ...[...(small ? [] : [wide]), bagged, extra, ...next, sparse, ...last, ...late],
  ];
  const few = [
    ...[usual, even, linear, ...counted, shallow, ...quadratic, extra, ...soon, ...smooth, stumps, pure, ...told, flat],
    ...[...crisp, sparse, bagged, ...next, ...last, wide, slow, noisy],
  ];
  const usually = [
    ...[usual, ...counted, ...told, even, linear, ...smooth, wide, shallow, extra, ...fine, deep],
    ...[...crisp, bagged, stumps, ...next, ...quadratic, sparse, ...last, flat, slow, noisy, calm, leafy],
  ];
  const usualOrder =
    rows > 8000 ? large : facts.classes > 4 ? many : task === "multiclass" ? several : small ? few : usually;
  // Of more columns than rows a line of few of them, or trees that each look at few, are as good as rounds that read all.
  const thin =
    facts.columns > Math.max(1000, rows)
      ? [linear, sparse, pure, bagged, gbdt({ leaves: 7, learningRate: 0.1, l2: 1, featureShare: 0.05, rowShare: 0.8 })]
      : [];
  const order = [...thin, ...usualOrder.filter((plan) => !thin.includes(plan))];
  const allowed = new Set<string>(learnersAllowed(options));
  // Where models must be small or quick, the best of those that are come early, lest the budget end before them.
  const slight = [
    curves,
    gam({ rounds: 50, maxBins: 8, leaves: 2, learningRate: 0.2 }),
    gbdt({ trees: 20, leaves: 4, learningRate: 0.3, l2: 5, catSmooth: 30 }),
    bayes,
  ];
  const sooner = isBounded(options)
    ? [order[0]!, ...slight, ...order.slice(1).filter((plan) => !slight.includes(plan))]
    : order;
  const baseline: TrialPlan = { learner: "constant", options: {} };
  return [baseline, ...sooner, ...after, ...patientNet, ...trees, ...readable].filter(
    ({ learner }) => learner === "constant" || allowed.has(learner),
  );
}

/** Products of a row that a fit can afford: some seconds of a core. */
const mostProductCells = 4_000_000;

/** Passes until a network stops: of many rows fewer. */
const usualPasses = (rows: number) => (rows > 20_000 ? 10 : 30);
/** Beyond so many seconds a network's folds would keep a short search from its other trials. */
const mostEarlySeconds = 6;
/** What one fit of a long search may take. */
const mostPatientSeconds = 45;

/** Whether the folds of a network take few seconds. The budget has no say, so that a search can be gone on with under another. */
function isQuick({ options }: TrialPlan, facts: SearchFacts, { folds }: AutomlOptions): boolean {
  // Of many rows as many as `auto` takes at least, so that a search of seconds is repeated under the folds that it took.
  const fits = facts.rows > mostFoldedRows ? 1 : folds === "auto" ? 5 : Math.max(1, folds);
  return fits * usualPasses(facts.rows) * secondsOfPass(options, facts) <= mostEarlySeconds;
}

/** Up to so many levels splits by level tell as much as means do. */
const fewLevels = 32;

function isBounded({ constraints: { maxScoreMicros, maxSizeBytes } }: AutomlOptions): boolean {
  return maxScoreMicros !== undefined || maxSizeBytes !== undefined;
}
