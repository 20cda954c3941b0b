import { type Column, type Frame, load } from "@millrace/program";
import { encodeProgram } from "@millrace/program/write";
import { expect, test } from "vitest";
import { selectRows } from "#dataset";
import { evaluate } from "#evaluate";
import { digestBytes, plainContext } from "#kernel";
import { birdStrikes } from "../test-data/bird-strikes.ts";
import { honestRows } from "../test-data/planted-leaks.ts";
import { automl } from "./automl.ts";
import type { AutomlRequest, AutomlResult } from "./model.ts";

const slice = (frame: Frame, from: number, to: number) =>
  selectRows(
    frame,
    Uint32Array.from({ length: to - from }, (_, i) => from + i),
  );

function problem(
  task: "binary" | "multiclass" | "regression",
  rows = 900,
): AutomlRequest & { readonly validation: Frame } {
  const { frame, label, value } = honestRows(5, rows);
  const y: Column =
    task === "binary"
      ? { type: "bool", values: label }
      : task === "regression"
        ? { type: "number", values: value }
        : {
            type: "string",
            levels: ["low", "middle", "high"],
            codes: Int32Array.from(value, (v) => (v < 92 ? 0 : v < 104 ? 1 : 2)),
          };
  const all: Frame = { rows, columns: new Map([...frame.columns, ["y", y]]) };
  const cut = Math.floor(0.7 * rows);
  return {
    train: slice(all, 0, cut),
    validation: slice(all, cut, rows),
    target: "y",
    task,
    time: "opened",
    budgetTrials: 5,
    seed: 3,
    draws: 50,
  };
}

function digestOf({ program, tensors }: AutomlResult): string {
  const { json, tensors: bytes } = encodeProgram(program, tensors);
  return digestBytes(Buffer.concat([Buffer.from(json), bytes]));
}

const code = async (request: AutomlRequest) =>
  automl(request, plainContext()).then(
    () => "none",
    (error: { code?: string }) => error.code ?? String(error),
  );

test("bird strikes: reaches what LightGBM's defaults reach (0.771) on the later 40 % without the cost columns", async () => {
  const frame = birdStrikes();
  const result = await automl(
    {
      train: slice(frame, 0, 4800),
      validation: slice(frame, 4800, 6000),
      target: "damaged",
      task: "binary",
      time: "Flight Date",
      targetSources: ["Effect Amount of damage"],
      seed: 1,
      draws: 50,
    },
    plainContext(),
  );
  expect(result.guardrails.blocked).toEqual(["Effect Amount of damage", "Cost Other", "Cost Repair", "Cost Total $"]);
  const inputs = result.program.inputs.map(({ name }) => name);
  for (const blocked of [...result.guardrails.blocked, "damaged"]) expect(inputs).not.toContain(blocked);
  expect(result.program.inputs.find(({ name }) => name === "Wildlife Size")!.domain!.levels).toHaveLength(3);
  const later = slice(frame, 6000, 10_000);
  const { score } = load(result).scoreFrame(later);
  const labels = (later.columns.get("damaged") as { values: Uint8Array }).values;
  const { rocAucScore } = evaluate("binary", { scores: score, labels }, { draws: 0 }).metrics;
  expect(rocAucScore!.value).toBeGreaterThan(0.766);
  expect(result.trials).toBe(12);
  expect(result.leaderboard.map(({ rank }) => rank)).toEqual(result.leaderboard.map((_, k) => k + 1));
  expect(result.baseline).toBe(0.5);
  expect(result.score!).toBeGreaterThan(0.7);
});

test.for(["binary", "multiclass", "regression"] as const)(
  "%s: the same request gives the same program",
  async (task) => {
    const first = await automl(problem(task), plainContext());
    const again = await automl({ ...problem(task), threads: 2 }, plainContext({ seed: 99 }));
    expect(digestOf(again)).toBe(digestOf(first));
    const other = await automl({ ...problem(task), seed: 4 }, plainContext());
    expect(other.leaderboard.length).toBeGreaterThanOrEqual(5);
    const best = first.leaderboard[0]!;
    expect(best.learner).not.toBe("constant");
    expect(best.sizeBytes).toBeGreaterThan(100);
    expect(best.scoreMicros).toBeGreaterThan(0);
    expect(first.classes).toEqual(
      task === "binary" ? ["false", "true"] : task === "multiclass" ? ["high", "low", "middle"] : [],
    );
    expect(first.reasons.join(" ")).toMatch(/beats the trivial baseline/);
  },
);

test("costs move the threshold, weights are used, labels may be missing", async () => {
  const request = problem("binary");
  const cheap = await automl({ ...request, costs: { falsePositive: 1, falseNegative: 20 } }, plainContext());
  const dear = await automl({ ...request, costs: { falsePositive: 20, falseNegative: 1 } }, plainContext());
  expect(cheap.program.outputs.threshold!).toBeLessThan(dear.program.outputs.threshold!);
  const withWeights = (frame: Frame): Frame => {
    const y = frame.columns.get("y") as Extract<Column, { type: "bool" }>;
    const missing = Uint8Array.from(y.values, (_, i) => (i % 9 === 0 ? 1 : 0));
    const columns = new Map<string, Column>([...frame.columns, ["y", { ...y, missing }]]);
    columns.set("w", { type: "number", values: Float64Array.from(y.values, (_, i) => (i % 5 === 0 ? 0 : 2)) });
    return { rows: frame.rows, columns };
  };
  const weighted = await automl(
    { ...request, train: withWeights(request.train), validation: withWeights(request.validation), weight: "w" },
    plainContext(),
  );
  expect(weighted.program.inputs.map(({ name }) => name)).not.toContain("w");
});

test("a column that is all missing or infinite in places does no harm", async () => {
  const request = problem("binary");
  const spoil = (frame: Frame): Frame => {
    const columns = new Map(frame.columns);
    columns.set("none", {
      type: "number",
      values: new Float64Array(frame.rows),
      missing: new Uint8Array(frame.rows).fill(1),
    });
    columns.set("wild", {
      type: "number",
      values: Float64Array.from(
        { length: frame.rows },
        (_, i) => [1, Number.POSITIVE_INFINITY, -3, Number.NEGATIVE_INFINITY, 1e300][i % 5]! * (i % 7),
      ),
      missing: Uint8Array.from({ length: frame.rows }, (_, i) => (i % 7 === 0 ? 1 : 0)),
    });
    return { rows: frame.rows, columns };
  };
  const result = await automl(
    { ...request, train: spoil(request.train), validation: spoil(request.validation) },
    plainContext(),
  );
  expect(load(result).scoreFrame(spoil(request.validation)).score.every(Number.isFinite)).toBe(true);
});

test("refuses what cannot be learned or judged, with a code", async () => {
  const request = problem("binary");
  expect(await code({ ...request, train: slice(request.train, 0, 3) })).toBe("LEARN_TOO_FEW_ROWS");
  expect(await code({ ...request, validation: slice(request.validation, 0, 3) })).toBe("LEARN_TOO_FEW_ROWS");
  const y = request.validation.columns.get("y") as Extract<Column, { type: "bool" }>;
  const positive = selectRows(
    request.validation,
    Uint32Array.from(y.values.keys()).filter((i) => y.values[i] === 1),
  );
  expect(await code({ ...request, validation: positive })).toBe("LEARN_TARGET_ONE_CLASS");
  const zero = (frame: Frame): Frame => ({
    rows: frame.rows,
    columns: new Map([...frame.columns, ["w", { type: "number", values: new Float64Array(frame.rows) }]]),
  });
  expect(
    await code({ ...request, train: zero(request.train), validation: zero(request.validation), weight: "w" }),
  ).toBe("LEARN_WEIGHTS_INVALID");
  const own = request.train.columns.get("y") as Extract<Column, { type: "bool" }>;
  const oneSided: Frame = {
    rows: request.train.rows,
    columns: new Map([
      ...request.train.columns,
      ["w", { type: "integer", values: Float64Array.from(own.values, (label) => 1 - label) }],
    ]),
  };
  expect(await code({ ...request, train: oneSided, validation: zero(request.validation), weight: "w" })).toBe(
    "LEARN_TOO_FEW_ROWS",
  );
  expect(await code({ ...request, weight: "wieght" })).toBe("LEARN_COLUMN_UNKNOWN");
  expect(await code({ ...request, metric: "rmseError" })).toBe("EVALUATE_METRIC_WRONG_TASK");
  expect(await code({ ...request, ...({ budget: 3 } as object) })).toBe("LEARN_OPTION_INVALID");
  expect(await code({ ...request, leftOut: ["age", "income", "unit_cost", "region", "bonus", "opened"] })).toBe(
    "TRANSFORM_NO_FEATURES",
  );
});

test("stops when asked to", async () => {
  expect(
    await automl(problem("binary"), plainContext({ stopping: () => true })).then(
      () => "none",
      (error: { code?: string }) => error.code,
    ),
  ).toBe("KERNEL_STOPPED");
});
