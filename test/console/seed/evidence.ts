import type { JsonObject, JsonValue } from "@millrace/program";
import { randomStream } from "#kernel";

const figure = (value: number, spread: number, direction: "up" | "down" = "up"): JsonObject => ({
  value,
  low: value - spread,
  high: value + spread * 0.95,
  direction,
  interval: "bootstrap",
});

function metrics(gain: number): JsonObject {
  return {
    rocAucScore: figure(0.771 + gain, 0.024),
    averagePrecisionScore: figure(0.318 + gain, 0.045),
    logLoss: figure(0.2931 - gain / 2, 0.011, "down"),
    brierScoreLoss: figure(0.0841 - gain / 4, 0.004, "down"),
    f1Score: figure(0.361 + gain, 0.039),
    calibrationError: figure(0.0127, 0.005, "down"),
  };
}

function evaluation(rows: number, gain: number): JsonObject {
  const steps = Array.from({ length: 41 }, (_, i) => i / 40);
  const power = 3.1 + gain * 20;
  const trues = Math.round(rows * 0.098);
  return {
    task: "binary",
    rows,
    positiveShare: 0.098,
    threshold: 0.31,
    confidence: 0.95,
    metrics: metrics(gain),
    curves: {
      roc: steps.map((x) => ({ x, y: 1 - (1 - x) ** power, threshold: 1 - x })),
      precisionRecall: steps.slice(1).map((x) => ({ x, y: 0.1 + 0.72 * (1 - x) ** 1.7, threshold: 1 - x })),
      calibration: Array.from({ length: 8 }, (_, i) => ({
        low: i / 10,
        high: (i + 1) / 10,
        rows: Math.round(rows * 0.5 ** (i + 1)),
        meanScore: i / 10 + 0.047,
        positiveShare: Math.max(0, i / 10 + 0.04 + (i % 2 === 0 ? 0.012 : -0.02)),
      })),
    },
    confusion: {
      classes: ["false", "true"],
      counts: [
        [rows - trues - Math.round(rows * 0.07), Math.round(rows * 0.07)],
        [Math.round(trues * 0.58), trues - Math.round(trues * 0.58)],
      ],
    },
    alarms: [],
  };
}

/** What the evaluate step records about one version; `champion` is the one before. */
export function evaluationReport(rows: number, gain: number, champion: string | null): JsonObject {
  const comparison = (difference: number, spread: number): JsonObject => ({
    metric: "rocAucScore",
    direction: "up",
    rows,
    first: 0.771 + gain,
    second: 0.771 + gain - difference,
    difference,
    low: difference - spread,
    high: difference + spread,
    pBetter: difference > spread ? 0.999 : 0.5 + difference / spread / 2,
    draws: 1000,
    confidence: 0.95,
  });
  const slice = (name: string, count: number, value: number, gap: number, worse: boolean): JsonObject => ({
    name,
    values: {},
    rows: count,
    metrics: { rocAucScore: figure(value, 0.05) },
    gap,
    clearlyWorse: worse,
  });
  return {
    metric: "rocAucScore",
    rows,
    model: evaluation(rows, gain),
    validation: evaluation(rows - 140, gain + 0.006),
    diagnosis: { verdicts: [] },
    baseline: {
      ...evaluation(rows, gain),
      metrics: {
        rocAucScore: { value: 0.5, low: null, high: null, direction: "up" },
        logLoss: { value: 0.3229, low: null, high: null, direction: "down" },
      },
    },
    againstBaseline: comparison(0.271 + gain, 0.024),
    champion: champion === null ? null : { reference: champion, evaluation: evaluation(rows, gain - 0.018) },
    againstChampion: champion === null ? null : comparison(0.018, 0.015),
    slices: [
      slice("Wildlife Size = Small", 1240, 0.676, 0.095, true),
      slice("Origin State = Florida", 164, 0.712, 0.059, false),
      slice("Origin State = Texas", 231, 0.764, 0.007, false),
      slice("Wildlife Size = Large", 203, 0.803, -0.032, false),
    ],
  };
}

export const guardrails: JsonObject = {
  guardrails: [
    {
      name: "leakagePresence",
      column: "Cost Total $",
      verdict: "block",
      evidence:
        "74 % of the 209 rows where it is above 0 are damage, seven times the base rate of 10.6 % (95 % interval 68 % to 80 %); it is 0 in 97.9 % of the rows.",
      facts: { rows: 209, share: 0.74 },
    },
    {
      name: "leakagePresence",
      column: "Cost Repair",
      verdict: "block",
      evidence:
        "81 % of the 138 rows where it is above 0 are damage, 7.6 times the base rate; its name speaks of the aftermath.",
      facts: { rows: 138, share: 0.81 },
    },
    {
      name: "targetSource",
      column: "Effect Amount of damage",
      verdict: "block",
      evidence: "The target was derived from it.",
      facts: {},
    },
    {
      name: "highCardinality",
      column: "Airport Name",
      verdict: "warn",
      evidence: "It has 412 levels in 5,964 rows; 131 of them were seen once.",
      facts: { levels: 412 },
    },
    {
      name: "drift",
      column: "Aircraft Make Model",
      verdict: "warn",
      evidence: "Its PSI between training and test rows is 1.12; chance alone stays under 0.21 at these sample sizes.",
      facts: { psi: 1.12 },
    },
    {
      name: "imbalance",
      verdict: "pass",
      evidence: "10.6 % of the training rows are positive (632 of 5,964).",
      facts: {},
    },
    { name: "fewRows", verdict: "pass", evidence: "5,964 labelled rows to learn from.", facts: {} },
    {
      name: "contamination",
      verdict: "pass",
      evidence: "No row of the test split is also a training row; 24 duplicates were kept together.",
      facts: {},
    },
    { name: "leakageTime", verdict: "pass", evidence: "No column orders the target by the row's position.", facts: {} },
  ],
  blocked: ["Cost Total $", "Cost Repair", "Effect Amount of damage"],
  leftOut: ["Cost Total $", "Cost Repair", "Effect Amount of damage"],
};

/** What the search found, best first. */
export function training(seed: number): JsonObject {
  const random = randomStream(seed, "leaderboard");
  const rows = Array.from({ length: 10 }, (_, i) => {
    const score = 0.776 - i * 0.0042 - random.uniform() * 0.002;
    const learner = ["gbdt", "gbdt", "linear", "gbdt", "gbdt", "linear", "gbdt", "linear", "gbdt", "constant"][i]!;
    const options: JsonObject =
      learner === "gbdt"
        ? {
            leaves: [15, 31, 63][i % 3]!,
            learningRate: 0.05,
            minRowsInLeaf: 20,
            rounds: 180 + i * 7,
            featureShare: 0.8,
          }
        : learner === "linear"
          ? { penalty: 0.01 * (i + 1), l1Share: 0 }
          : {};
    return {
      rank: i + 1,
      learner,
      options,
      score: learner === "constant" ? 0.5 : score,
      interval: learner === "constant" ? null : [score - 0.025, score + 0.024],
      trainSeconds: learner === "gbdt" ? 0.8 + random.uniform() : 0.12,
      scoreMicros: learner === "gbdt" ? 21.4 : 1.8,
      sizeBytes: learner === "gbdt" ? 312_400 : 21_000,
      facts: {},
    };
  });
  return {
    leaderboard: rows,
    trials: 10,
    reasons: [
      "gbdt with 15 leaves has the greatest ROC AUC on the validation rows (0.776).",
      "An average of the best three is not better beyond noise (difference 0.001, interval −0.004 to 0.006).",
    ],
  };
}

export function verdict(passed: boolean, rows: number): JsonObject {
  return {
    passed,
    registrable: true,
    checks: [
      {
        name: "minRows",
        passed: true,
        value: rows,
        limit: 100,
        evidence: `${rows} rows were evaluated; at least 100 are asked for.`,
        next: "Wait for more labelled rows, or widen the test window.",
      },
      {
        name: "notDegenerate",
        passed: true,
        value: null,
        limit: null,
        evidence: "The model tells rows apart.",
        next: "Look at the features that reached the learner: none of them may vary.",
      },
      {
        name: "betterThanBaseline",
        passed: true,
        value: 1,
        limit: 0.95,
        evidence:
          "ROC AUC is 0.771 against 0.5 of the baseline (difference 0.271, 0.247 to 0.295); it is better with a probability of 100 %, and 95 % are asked for.",
        next: "Give the model better columns or more rows; as it is, the baseline serves as well.",
      },
      {
        name: "betterThanChampion",
        passed,
        value: passed ? 0.985 : 0.41,
        limit: 0.95,
        evidence: passed
          ? "ROC AUC is 0.789 against 0.771 of the champion (difference 0.018, 0.003 to 0.033); it is better with a probability of 98.5 %, and 95 % are asked for."
          : "ROC AUC is 0.786 against 0.789 of the champion (difference −0.003, −0.017 to 0.011); it is better with a probability of 41 %, and 95 % are asked for.",
        next: "Keep the champion; try again with newer rows, better columns or a larger budget.",
      },
    ],
  };
}

export const anomalies: JsonObject = {
  anomalies: [],
  assumptions: [
    { statement: "A strike is reported within 90 days.", owner: "safety office", state: "holds" },
    { statement: "Reports of all operators carry the phase of flight.", owner: "safety office", state: "broken" },
    { statement: "The fleet changes slowly.", owner: "fleet planning", state: "not checked" },
  ],
};

export function card(version: number): JsonObject {
  return {
    format: 1,
    model: "bird-strikes",
    version,
    task: "binary",
    target: "damaged",
    owner: "safety office",
    riskTier: "minimal",
    intendedUse: "Decides which strike reports an inspector looks at first. It never grounds an aircraft by itself.",
    outOfScope: ["military flights", "helicopters"],
    assumptions: anomalies.assumptions as JsonValue,
    data: [
      {
        name: "strikes",
        source: "birdstrikes.csv",
        rows: 9940,
        content: "sha256:5f0c1a9e",
        owner: "FAA",
        meaning: "one report of a bird strike",
        licence: "public domain",
      },
    ],
    metrics: [],
    guardrails: [],
    gate: null,
    lineage: { model: "art_seed", dataset: "art_seed_dataset" },
  };
}
