import { randomStream } from "#kernel";
import type { MonitorReport } from "#monitor";

const columns = [
  "Aircraft Make Model",
  "Airport Name",
  "Origin State",
  "Aircraft Airline Operator",
  "Wildlife Species",
  "Wildlife Size",
  "Phase of flight",
  "When Time of day",
  "Precip",
  "Height (feet above ground level)",
  "Speed IAS in knots",
  "Number of engines",
  "Pilot warned?",
];

/** The reports of quarterly windows from 1997 on, in which the fleet really changes. */
export function strikeWindows(count = 22): MonitorReport[] {
  const random = randomStream(11, "windows");
  return Array.from({ length: count }, (_, index): MonitorReport => {
    const fromMs = Date.UTC(1997, index * 3, 1);
    const toMs = Date.UTC(1997, index * 3 + 3, 1);
    const rows = 210 + random.integer(160);
    const drifts = columns.map((name, at) => {
      const pace = [0.07, 0.015, 0.004, 0.05, 0.008][at] ?? 0.001;
      const noise = [0.3, 0.35, 0.12, 0.2, 0.14][at] ?? 0.03;
      const value = noise * (0.6 + random.uniform() * 0.5) + pace * index;
      const threshold = noise * 1.35;
      const missing = 0.02 * random.uniform();
      return {
        name,
        important: at < 7,
        drifted: value > threshold,
        tests: [
          { test: "psi", value, threshold, drifted: value > threshold, detail: null },
          { test: "missingShare", value: missing, threshold: 0.05, drifted: false, detail: null },
          ...(at < 5
            ? [
                {
                  test: "newLevels",
                  value: Math.min(0.4, pace * index * 0.3),
                  threshold: 0.05,
                  drifted: pace * index * 0.3 > 0.05,
                  detail: null,
                },
              ]
            : []),
        ],
      };
    });
    const drifted = drifts.filter((drift) => drift.drifted).map((drift) => drift.name);
    const auc = 0.772 - Math.max(0, index - 9) * 0.006 + (random.uniform() - 0.5) * 0.03;
    const late = index >= count - 2;
    const worse = !late && auc < 0.71;
    const labelled = late ? Math.round(rows * (index === count - 1 ? 0.1 : 0.6)) : rows;
    const rate = 0.105 - index * 0.0011 + (random.uniform() - 0.5) * 0.01;
    const realised = (value: number, spread: number, reference: number, edge: number) => ({
      value,
      low: value - spread,
      high: value + spread,
      reference: { value: reference, low: reference - edge, high: reference + edge },
      drop: { value: reference - value, low: reference - value - spread, high: reference - value + spread },
    });
    return {
      format: 1,
      factory: "bird-strikes",
      endpoint: "bird-strikes",
      window: { fromMs, toMs },
      rows,
      referenceRows: 5964,
      enoughRows: true,
      inputs: { columns: drifts, share: drifted.length / drifts.length, drifted },
      predictions: {
        drifted: index > 15,
        tests: [{ test: "psi", value: 0.02 + index * 0.006, threshold: 0.11, drifted: index > 15, detail: null }],
        positiveRate: { reference: 0.106, current: rate },
      },
      labels: {
        labelled,
        unlabelled: rows - labelled,
        coverage: labelled / rows,
        medianDelayMs: 41 * 86_400_000,
        metrics:
          index === count - 1
            ? [
                {
                  name: "rocAucScore",
                  value: null,
                  low: null,
                  high: null,
                  reference: { value: 0.771, low: 0.747, high: 0.794 },
                  drop: null,
                  verdict: "unknown",
                  reason: "too few outcomes are known",
                },
              ]
            : [
                { name: "rocAucScore", ...realised(auc, 0.052, 0.771, 0.024), verdict: worse ? "worse" : "same" },
                { name: "logLoss", ...realised(0.29 + index * 0.0015, 0.03, 0.293, 0.011), verdict: "same" },
              ],
      },
      software: {
        requests: rows,
        latencyP50Micros: 180 + random.integer(40),
        latencyP99Micros: 900 + random.integer(300),
        lost: 0,
        torn: 0,
        unreadable: 0,
        dropped: 0,
        problem: null,
        versions: { "bird-strikes:1": index < 12 ? rows : 0, "bird-strikes:2": index < 12 ? 0 : rows },
      },
      findings: [
        ...(worse
          ? [
              {
                key: "metric/rocAucScore",
                severity: "alert" as const,
                importance: 1,
                sentence: `ROC AUC fell from 0.771 to ${auc.toFixed(3)} on ${labelled} outcomes, more than chance explains.`,
              },
            ]
          : []),
        ...drifted.map((name, at) => ({
          key: `column/${name}`,
          severity: at === 0 ? ("alert" as const) : ("warning" as const),
          importance: 0.9 / (at + 1),
          sentence: `${name} drifted: its PSI is ${drifts.find((drift) => drift.name === name)!.tests[0]!.value!.toFixed(2)}, and chance alone stays under ${drifts.find((drift) => drift.name === name)!.tests[0]!.threshold!.toFixed(2)} at these sample sizes.`,
        })),
        {
          key: "labels/coverage",
          severity: "info" as const,
          importance: 0.1,
          sentence: `${labelled} of ${rows} outcomes are known.`,
        },
      ],
      verdict: worse ? "worse" : drifted.length > 0 ? "drifted" : "steady",
    };
  });
}
