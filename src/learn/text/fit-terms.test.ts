import { type Column, type Frame, load, type StringColumn } from "@millrace/program";
import { describe, expect, it } from "vitest";
import { selectRows } from "#dataset";
import { plainContext, randomStream } from "#kernel";
import { featureMatrix, fitTransform, type TermRows } from "#transform";
import { automl } from "../automl/automl.ts";
import golden from "../oracle/weighted-terms.golden.json" with { type: "json" };
import { fitTermsOf } from "./fit-terms.ts";

/** Rows of one term each: term k in rows k, k + width, … */
function oneTermEach(rows: number, width: number): TermRows {
  return {
    width,
    starts: Uint32Array.from({ length: rows + 1 }, (_, i) => i),
    indexes: Uint32Array.from({ length: rows }, (_, i) => i % width),
    values: new Float64Array(rows).fill(1),
  };
}
const rows = 300;
const terms = oneTermEach(rows, 3);
const fold = Uint8Array.from({ length: rows }, (_, i) => Math.floor(i / 3) % 5);

describe("fitTermsOf", () => {
  it("learns the mean of each term for a regression", () => {
    const target = Float64Array.from({ length: rows }, (_, i) => [10, 20, 60][i % 3]!);
    const { weights, bias, outOfFold } = fitTermsOf("regression")({ terms, target, outputs: 1, fold });
    for (const [k, mean] of [10, 20, 60].entries()) expect(bias[0]! + weights[k]!).toBeCloseTo(mean, 0);
    expect(outOfFold[5]!).toBeCloseTo(60, 0);
  });

  it("learns the log odds of each term, and never from rows without a label", () => {
    // term 0: 3 of 4 positive; term 1: 1 of 4; term 2: no label at all
    const target = Float64Array.from({ length: rows }, (_, i) => {
      if (i % 3 === 2) return Number.NaN;
      const few = Math.floor(i / 15) % 4 === 0;
      return (i % 3 === 0) === few ? 0 : 1;
    });
    const { weights, bias } = fitTermsOf("binary")({ terms, target, outputs: 1, fold });
    expect(bias[0]! + weights[0]!).toBeGreaterThan(0.7);
    expect(bias[0]! + weights[1]!).toBeLessThan(-0.7);
    expect(weights[2]).toBe(0);
  });

  it("gives each class of several a margin", () => {
    const target = Float64Array.from({ length: rows }, (_, i) => i % 3);
    const { weights, bias, outOfFold } = fitTermsOf("multiclass")({ terms, target, outputs: 3, fold });
    for (let k = 0; k < 3; k++) {
      const margins = [0, 1, 2].map((j) => bias[j]! + weights[j * 3 + k]!);
      expect(margins.indexOf(Math.max(...margins))).toBe(k);
      expect(outOfFold[k * rows + k]).toBeGreaterThan(outOfFold[((k + 1) % 3) * rows + k]!);
    }
  });
});

describe("weights of rows", () => {
  const { starts, indexes, values, width, weights, tasks } = golden;
  const sparse: TermRows = {
    width,
    starts: Uint32Array.from(starts),
    indexes: Uint32Array.from(indexes),
    values: Float64Array.from(values),
  };
  const folds = Uint8Array.from(weights, (_, row) => row % 5);

  // scikit-learn 1.9.1 (src/learn/oracle/freeze-weighted-terms.py), with sample_weight, at one of the strengths that are tried
  it.each(["binary", "multiclass", "regression"] as const)("count as scikit-learn counts them: %s", (task) => {
    const target = Float64Array.from(tasks[task].target);
    const outputs = task === "multiclass" ? 3 : 1;
    const input = { terms: sparse, target, outputs, fold: folds };
    const far = (found: Float64Array, fit: { weights: number[] }) =>
      Math.max(...fit.weights.map((weight, k) => Math.abs(weight - found[k]!)));
    const nearest = (found: Float64Array) => Math.min(...tasks[task].fits.map((fit) => far(found, fit)));
    expect(nearest(fitTermsOf(task)({ ...input, weights: Float64Array.from(weights) }).weights)).toBeLessThan(5e-3);
    expect(nearest(fitTermsOf(task)(input).weights)).toBeGreaterThan(0.1);
  });

  it("of whole numbers are as many rows", () => {
    const repeated = weights.flatMap((weight, row) => Array<number>(weight).fill(row));
    const rowsOf = (row: number) => indexes.slice(starts[row], starts[row + 1]);
    const valuesOf = (row: number) => values.slice(starts[row], starts[row + 1]);
    const begins = [0];
    for (const row of repeated) begins.push(begins.at(-1)! + rowsOf(row).length);
    const target = tasks.binary.target;
    const counted = fitTermsOf("binary")({
      terms: sparse,
      target: Float64Array.from(target),
      outputs: 1,
      fold: folds,
      weights: Float64Array.from(weights),
    });
    const written = fitTermsOf("binary")({
      terms: {
        width,
        starts: Uint32Array.from(begins),
        indexes: Uint32Array.from(repeated.flatMap(rowsOf)),
        values: Float64Array.from(repeated.flatMap(valuesOf)),
      },
      target: Float64Array.from(repeated, (row) => target[row]!),
      outputs: 1,
      fold: Uint8Array.from(repeated, (row) => folds[row]!),
    });
    for (const [k, weight] of counted.weights.entries()) expect(weight).toBeCloseTo(written.weights[k]!, 2);
  });
});

describe("lists as features", () => {
  const tags = Array.from({ length: 80 }, (_, i) =>
    JSON.stringify(i % 2 === 0 ? ["new", `t${i % 7}`] : ["old", "new, old"]),
  );
  const points = Array.from({ length: 80 }, (_, i) => JSON.stringify([i / 10, -1, (i * 7) % 11]));
  const text = (texts: readonly string[]): StringColumn => {
    const levels = [...new Set(texts)];
    return { type: "string", codes: Int32Array.from(texts, (one, i) => (i === 5 ? -1 : levels.indexOf(one))), levels };
  };
  const frame: Frame = {
    rows: 80,
    columns: new Map<string, Column>([
      ["tags", text(tags)],
      ["point", text(points)],
      ["embedding", { type: "vector", width: 2, values: Float64Array.from({ length: 160 }, (_, i) => (i * 13) % 17) }],
      ["mixed", text(Array.from({ length: 80 }, (_, i) => JSON.stringify(i % 2 === 0 ? [1] : [1, 2])))],
      ["y", { type: "number", values: Float64Array.from({ length: 80 }, (_, i) => (i + 1) % 2) }],
    ]),
  };
  const plan = fitTransform(
    frame,
    { task: "binary", target: "y", fitTerms: fitTermsOf("binary") },
    {},
    { ...plainContext(), random: randomStream(1, "lists") },
  );

  it("are numbers of vectors and a margin of items; lists of several lengths stay texts", () => {
    expect(plan.inputs.map(({ name, type, width }) => [name, type, width])).toEqual([
      ["tags", "strings", undefined],
      ["point", "vector", 3],
      ["embedding", "vector", 2],
      ["mixed", "string", undefined],
    ]);
    const trees = featureMatrix(plan, frame, { for: "trees" });
    const values = (name: string) => trees.find((one) => one.name === name)!;
    expect(values("point[0]").values[30]).toBe(3);
    expect(values("point[2]").values[2]).toBe(3);
    expect(values("point[0]").missing?.[5]).toBe(1);
    expect(values("embedding[1]").values[1]).toBe(39 % 17);
    for (let i = 0; i < 80; i++) if (i !== 5) expect(values("tags:items").values[i]! > 0).toBe(i % 2 === 0);
    const items = plan.nodes.find(({ op }) => op === "termLinear")!.attributes;
    // An item counts as it stands, a comma in it included.
    expect(items).toMatchObject({ unit: "item", levels: expect.arrayContaining(["new", "old", "new, old"]) });
    const linear = featureMatrix(plan, frame, { for: "linear" }).map(({ name }) => name);
    expect(linear.filter((name) => name.startsWith("point"))).toEqual([
      "point[0]:scaled",
      "point:missing",
      "point[2]:scaled",
    ]);
  });

  it("are learned from by automl, and scored by row and by frame alike", async () => {
    const part = (rest: number) =>
      selectRows(
        frame,
        Uint32Array.from({ length: 40 }, (_, i) => 2 * i + ((i + rest) % 2)),
      );
    const made = await automl(
      {
        train: part(0),
        validation: part(1),
        target: "y",
        task: "binary",
        budgetTrials: 3,
        leftOut: ["mixed"],
        waive: ["leakageMapping:tags"],
        refit: false,
      },
      plainContext(),
    );
    expect(made.program.inputs.map(({ type }) => type)).toContain("strings");
    const scorer = load(made);
    const scored = scorer.scoreFrame(frame).score;
    for (const row of [0, 1, 5, 41]) {
      const raw = row === 5 ? {} : { tags: JSON.parse(tags[row]!), point: JSON.parse(points[row]!) };
      const embedding = [(row * 26) % 17, (row * 26 + 13) % 17];
      expect(scorer.score({ ...raw, embedding }).score).toBe(scored[row]);
    }
  });
});

describe("free text as features", () => {
  const told = ["the quick brown fox jumps over the lazy dog", "a slow green turtle walks under a very tall tree"];
  const texts = Array.from({ length: 60 }, (_, i) => `${told[i % 2]}, for the ${i}th time today`);
  const frame: Frame = {
    rows: 60,
    columns: new Map([
      ["note", { type: "string", codes: Int32Array.from(texts, (_, i) => (i === 7 ? -1 : i)), levels: texts }],
      [
        "link",
        {
          type: "string",
          codes: Int32Array.from(texts, (_, i) => i),
          levels: texts.map((text) => `http://${text.replaceAll(" ", "/")}`),
        },
      ],
      ["y", { type: "number", values: Float64Array.from(texts, (_, i) => i % 2) }],
    ]),
  };
  const plan = fitTransform(
    frame,
    { task: "binary", target: "y", fitTerms: fitTermsOf("binary") },
    { categoricalLevels: 10 },
    { ...plainContext(), random: randomStream(1, "test") },
  );

  it("are a margin of the words, out of fold in training, and the length", () => {
    const scored = featureMatrix(plan, frame, { for: "trees" });
    expect(scored.map(({ name }) => name)).toEqual(["note:words", "note:length"]);
    const training = featureMatrix(plan, frame, { for: "trees", training: true });
    expect(training[0]!.values).not.toEqual(scored[0]!.values);
    for (const { values } of [scored[0]!, training[0]!])
      for (let i = 0; i < 60; i++) if (i !== 7) expect(values[i]! > 0).toBe(i % 2 === 1);
    expect(scored[1]!.values[0]).toBe(texts[0]!.length);
  });

  it("keep terms that several rows hold, in the order of their bytes", () => {
    const node = plan.nodes.find(({ op }) => op === "termLinear")!;
    const levels = node.attributes.levels as string[];
    expect(levels).toContain("quick brown");
    expect(levels).not.toContain("13th");
    expect(levels).toEqual([...levels].sort());
  });

  it("leave out long values that are no words", () => {
    expect(plan.leftOut.map(({ column }) => column)).toEqual(["link", "y"]);
  });
});
