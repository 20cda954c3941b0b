import type { Plan, PlanNode } from "#pipeline";

interface NodeSketch {
  readonly id: string;
  readonly kind?: PlanNode["kind"];
  readonly heavy?: true;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly options?: PlanNode["options"];
  readonly when?: PlanNode["when"];
}

/** The standard loop's steps; `inputs` are `node.output` by input name. */
const sketches: readonly NodeSketch[] = [
  {
    id: "ingest-strikes",
    kind: "source",
    heavy: true,
    outputs: { dataset: "dataset" },
    options: { source: { kind: "file", path: "birdstrikes.csv", format: "csv" } },
  },
  { id: "read-traffic", kind: "source", outputs: { dataset: "dataset" }, options: { endpoint: "bird-strikes" } },
  {
    id: "prepare",
    heavy: true,
    inputs: { strikes: "ingest-strikes.dataset", traffic: "read-traffic.dataset" },
    outputs: { dataset: "dataset" },
    options: { target: { name: "damaged", sql: "\"Effect Amount of damage\" <> 'None'" } },
  },
  { id: "statistics", inputs: { dataset: "prepare.dataset" }, outputs: { statistics: "statistics" } },
  { id: "schema", inputs: { statistics: "statistics.statistics" }, outputs: { schema: "schema" } },
  {
    id: "validate",
    inputs: { statistics: "statistics.statistics", schema: "schema.schema" },
    outputs: { anomalies: "anomalies" },
    options: { environment: "training" },
  },
  {
    id: "split",
    inputs: { dataset: "prepare.dataset", anomalies: "validate.anomalies" },
    outputs: { split: "split" },
    options: { strategy: "time", time: "Flight Date", train: 0.6, validation: 0.2, test: 0.2, gapDays: 0 },
  },
  {
    id: "screen",
    inputs: { dataset: "prepare.dataset", split: "split.split" },
    outputs: { guardrails: "guardrails" },
    options: { target: "damaged", knownAfter: ["Effect Indicated Damage"], sensitive: [], waive: [] },
  },
  {
    id: "train",
    heavy: true,
    inputs: { dataset: "prepare.dataset", split: "split.split", guardrails: "screen.guardrails" },
    outputs: { model: "model", training: "training" },
    options: { metric: "rocAucScore", budgetTrials: 10, threads: 2, task: "binary", target: "damaged" },
  },
  { id: "champion", kind: "source", inputs: { model: "train.model" }, outputs: { champion: "champion" } },
  {
    id: "evaluate",
    heavy: true,
    inputs: { dataset: "prepare.dataset", split: "split.split", model: "train.model", champion: "champion.champion" },
    outputs: { evaluation: "evaluation" },
    options: { metric: "rocAucScore", draws: 1000, slices: ["Wildlife Size", "Origin State"] },
  },
  {
    id: "gate",
    inputs: { evaluation: "evaluate.evaluation", guardrails: "screen.guardrails" },
    outputs: { verdict: "verdict" },
    options: { policy: { betterThanBaseline: { metric: "rocAucScore", confidence: 0.95 } } },
  },
  {
    id: "register",
    kind: "effect",
    inputs: { model: "train.model", evaluation: "evaluate.evaluation", verdict: "gate.verdict" },
    outputs: { version: "version" },
    options: { model: "bird-strikes", riskTier: "minimal" },
    when: [{ node: "gate", output: "verdict", equals: true, label: "gate.registrable" }],
  },
  {
    id: "card",
    inputs: { version: "register.version", evaluation: "evaluate.evaluation", verdict: "gate.verdict" },
    outputs: { card: "card" },
  },
  {
    id: "promote",
    kind: "effect",
    inputs: { version: "register.version", verdict: "gate.verdict" },
    outputs: { promotion: "promotion" },
    when: [{ node: "gate", output: "verdict", equals: true, label: "gate.passed" }],
  },
  { id: "deploy", kind: "effect", inputs: { promotion: "promote.promotion" }, outputs: { deployment: "deployment" } },
];

export const strikePlan: Plan = {
  format: 1,
  pipeline: "bird-strikes",
  version: 1,
  nodes: sketches.map(
    (sketch): PlanNode => ({
      id: sketch.id,
      step: {
        module: "millrace:src/factory/steps",
        export: `${sketch.id}Step`,
        name: sketch.id.replace("-strikes", ""),
        version: 1,
      },
      kind: sketch.kind ?? "pure",
      weight: sketch.heavy === true ? "heavy" : "light",
      options: sketch.options ?? {},
      unkeyed: [],
      references: [],
      inputs: Object.fromEntries(
        Object.entries(sketch.inputs ?? {}).map(([name, from]) => {
          const [node, output] = from.split(".") as [string, string];
          return [name, { refs: [{ node, output }], many: false, optional: false }];
        }),
      ),
      outputs: sketch.outputs,
      reports: [],
      when: sketch.when ?? [],
      after: [],
      map: null,
      wait: null,
      watermark: null,
      watermarkAt: "plan",
      retries: 1,
      timeoutMs: null,
      memoryLimitBytes: null,
    }),
  ),
};
